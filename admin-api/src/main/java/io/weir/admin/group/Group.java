package io.weir.admin.group;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.quota.Counted;
import io.weir.admin.quota.Quota;
import io.weir.admin.wire.Ids;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Keys that share a quota.
record Group(
        UUID id,
        UUID resellerId,
        Terms terms,
        Calendar calendar,
        long keyCount,
        long revision,
        Instant createdAt) {

    /// The quota as it is stated, and as it stands now.
    record Shared(String unit, String period, @JsonUnwrapped Quota quota) {}

    /// A group as callers see it.
    record Answer(
            String id,
            String resellerId,
            String name,
            @Nullable Shared quota,
            String failureMode,
            List<Long> alertPercents,
            long keyCount,
            Instant createdAt) {}

    /// Nothing, if it has no quota.
    List<Counted> counted() {
        Terms.Shared stated = terms.quota();
        return stated == null ? List.of() : List.of(counted(stated));
    }

    private Counted counted(Terms.Shared stated) {
        return new Counted(
                id,
                "group-" + stated.unit().word(),
                stated.unit(),
                stated.limit(),
                CalendarPeriod.of(stated.period()),
                calendar);
    }

    Answer answer(Map<Counted, Quota> quotas) {
        Terms.Shared stated = terms.quota();
        return new Answer(
                Ids.text(SubjectKind.GROUP, id),
                Ids.text(SubjectKind.RESELLER, resellerId),
                terms.name(),
                stated == null
                        ? null
                        : new Shared(
                                stated.unit().word(),
                                stated.period(),
                                Objects.requireNonNull(quotas.get(counted(stated)))),
                terms.failureMode(),
                terms.alertPercents(),
                keyCount,
                createdAt);
    }
}
