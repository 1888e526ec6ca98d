package io.weir.quota.bucket;

import reactor.core.publisher.Mono;

/// Where the buckets are that several nodes share.
public interface BucketStore {

    /// Applies a claim to its bucket, at once and as a whole. An error means that nobody knows
    /// whether it was applied.
    Mono<Grant> exchange(Claim claim);

    /// Whether the store is known not to answer, so that nobody need wait to find out.
    boolean isAway();

    /// Requests gave up waiting for the answer to a call: told once in each of their patience.
    void overdue();
}
