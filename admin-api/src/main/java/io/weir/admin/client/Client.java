package io.weir.admin.client;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.quota.Counted;
import io.weir.admin.quota.Quota;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// @param portion what it takes of its reseller's plan
/// @param counted its monthly quota, buffer included, in the zone its months run in
record Client(
        UUID id,
        UUID resellerId,
        Terms terms,
        Status status,
        long portion,
        @Nullable UUID defaultRule,
        Counted counted,
        long activeKeys,
        long revision,
        Instant createdAt) {

    /// A client as a list shows it.
    record Summary(
            String id,
            String resellerId,
            String name,
            String contactEmail,
            long monthlyQuota,
            @Nullable Long rateLimit,
            @Nullable String notes,
            Terms.Overage overage,
            @Nullable String timeZone,
            String failureMode,
            List<Long> alertPercents,
            String status,
            @Nullable String defaultRuleId,
            Quota quota,
            long activeKeys,
            Instant createdAt) {}

    /// The day of this month with the most requests.
    record PeakDay(LocalDate date, long requests) {}

    /// A client on its own.
    record Answer(@JsonUnwrapped Summary summary, @Nullable PeakDay peakDay) {}

    Summary summary(Quota quota) {
        return new Summary(
                Ids.text(SubjectKind.CLIENT, id),
                Ids.text(SubjectKind.RESELLER, resellerId),
                terms.name(),
                terms.contactEmail(),
                terms.monthlyQuota(),
                terms.rateLimit(),
                terms.notes(),
                terms.overage(),
                terms.timeZone(),
                terms.failureMode(),
                terms.alertPercents(),
                status.word(),
                Ids.textOrNull(Resource.RULE, defaultRule),
                quota,
                activeKeys,
                createdAt);
    }
}
