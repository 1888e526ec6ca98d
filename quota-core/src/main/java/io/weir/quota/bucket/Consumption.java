package io.weir.quota.bucket;

import java.time.Duration;

/// What a bucket holds, and how long until it holds what was asked for: zero if it does.
///
/// @param remaining never negative
public record Consumption(long remaining, Duration retryAfter) {

    static Consumption of(long available, long waitNanos) {
        return new Consumption(Math.max(0, available), Duration.ofNanos(waitNanos));
    }
}
