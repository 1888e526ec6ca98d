package io.weir.admin.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A period quota as it stands now.
///
/// @param limit null when there is none
/// @param reserved what gateways hold on lease and have not reported as used
public record Quota(
        @Nullable Long limit,
        long used,
        long reserved,
        @Nullable Long remaining,
        Instant resetsAt) {

    static Quota of(@Nullable Long limit, long used, long reserved, Instant resetsAt) {
        Long remaining = limit == null ? null : Math.max(0, limit - used - reserved);
        return new Quota(limit, used, reserved, remaining, resetsAt);
    }
}
