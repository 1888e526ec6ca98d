package io.weir.quota.policy;

import java.time.Duration;
import java.util.Optional;

/// What is left of one policy right now: an item of the `RateLimit` and `RateLimit-Policy` fields.
///
/// @param quota what the policy allows in its window
/// @param used what is used of it; for a rate, what is not in the bucket
/// @param reserved what is set aside and may come back
/// @param remaining what may still be used, never negative
/// @param window how long the policy's window is; absent where no clock ends it
/// @param resetAfter until more quota exists; absent where waiting brings none
public record ServiceLimit(
        PolicyName policy,
        Kind kind,
        QuotaUnit unit,
        long quota,
        long used,
        long reserved,
        long remaining,
        Optional<Duration> window,
        Optional<Duration> resetAfter) {

    /// Of which kind the policy is, in the order in which callers are shown them.
    public enum Kind {
        RATE,
        QUOTA,
        CONCURRENCY
    }
}
