package io.weir.admin.quota;

import io.weir.quota.schedule.Period;
import io.weir.quota.schedule.Renewal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A quota as it stands now.
///
/// @param limit null when there is none
/// @param reserved what gateways hold on lease and have not reported as used, and what lost ones
///   held
/// @param resetsAt null when that is done by hand
public record Quota(
        @Nullable Amount limit,
        Amount used,
        Amount reserved,
        @Nullable Amount remaining,
        @Nullable Instant resetsAt) {

    static Quota of(Counted counted, long used, long reserved, Period period) {
        Long limit = counted.limit();
        var unit = counted.unit();
        boolean ends = period.ends().isBefore(Renewal.NO_END);
        return new Quota(
                limit == null ? null : new Amount(unit, limit),
                new Amount(unit, used),
                new Amount(unit, reserved),
                limit == null ? null : new Amount(unit, Math.max(0, limit - used - reserved)),
                ends ? period.ends() : null);
    }
}
