package io.weir.admin.reseller;

import io.weir.admin.quota.Calendars;
import io.weir.admin.quota.Counted;
import io.weir.admin.quota.Quota;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// @param portions what its clients take of the plan
record Reseller(
        UUID id,
        Terms terms,
        long portions,
        Status status,
        @Nullable UUID defaultRule,
        String referralCode,
        @Nullable UUID referredBy,
        long revision,
        Instant createdAt) {

    /// A reseller as callers see it.
    record Answer(
            String id,
            String name,
            String contactEmail,
            @Nullable Long monthlyQuota,
            @Nullable Long ownRemaining,
            String timeZone,
            String weekStart,
            String currency,
            String failureMode,
            String status,
            @Nullable String defaultRuleId,
            String referralCode,
            @Nullable String referredBy,
            Quota quota,
            Instant createdAt) {}

    /// The pool: everything below it counts.
    Counted counted() {
        return Counted.monthly(
                id,
                "pool",
                terms.monthlyQuota(),
                Calendars.of(terms.timeZone(), terms.weekStart()));
    }

    private @Nullable Long ownRemaining() {
        Long plan = terms.monthlyQuota();
        return plan == null ? null : plan - portions;
    }

    Answer answer(Quota pool) {
        return new Answer(
                Ids.text(SubjectKind.RESELLER, id),
                terms.name(),
                terms.contactEmail(),
                terms.monthlyQuota(),
                ownRemaining(),
                terms.timeZone(),
                terms.weekStart(),
                terms.currency(),
                terms.failureMode(),
                status.word(),
                Ids.textOrNull(Resource.RULE, defaultRule),
                referralCode,
                Ids.textOrNull(SubjectKind.RESELLER, referredBy),
                pool,
                createdAt);
    }
}
