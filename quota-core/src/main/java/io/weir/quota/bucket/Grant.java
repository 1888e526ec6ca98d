package io.weir.quota.bucket;

/// What a [Claim] was answered.
///
/// @param life of the bucket: another once the store has lost it and it began anew
/// @param granted tokens that this node may spend now
/// @param remaining what the shared bucket then holds, negative if it is in debt
/// @param nextNanos until it holds one more
public record Grant(long life, long granted, long remaining, long nextNanos) {}
