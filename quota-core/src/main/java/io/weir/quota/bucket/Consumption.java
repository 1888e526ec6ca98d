package io.weir.quota.bucket;

import java.time.Duration;

/// What a bucket holds, and how long until it holds what was asked for: zero if it does.
public record Consumption(long remaining, Duration retryAfter) {}
