package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import java.time.Duration;

/// What one of several nodes holds of a limit when they can't ask each other: equal whole parts,
/// and the remainder one each to the first. Together they never hold more than the limit.
///
/// @param rank of this node among those alive, from 0
public record Share(int rank, int nodes) {

    public static final Share ALL = new Share(0, 1);

    public Share {
        if (nodes < 1 || rank < 0 || rank >= nodes) {
            throw new IllegalArgumentException(
                    "rank must be 0 to nodes - 1, was: %d of %d".formatted(rank, nodes));
        }
    }

    public long of(long limit) {
        return limit / nodes + (rank < limit % nodes ? 1 : 0);
    }

    /// The refill of this node. Where there is less than one token for each, but each may hold one,
    /// every node gets all of them in as many periods as there are nodes: a node with capacity is
    /// never left without refill.
    Bandwidths.Shape shape(TokenBucket policy) {
        long capacity = of(policy.capacity());
        long period = policy.refillPeriod().toNanos();
        boolean stretched = policy.refillTokens() < nodes && policy.capacity() >= nodes;
        return stretched && period < Long.MAX_VALUE / nodes
                ? new Bandwidths.Shape(
                        capacity, policy.refillTokens(), Duration.ofNanos(period * nodes))
                : new Bandwidths.Shape(capacity, of(policy.refillTokens()), policy.refillPeriod());
    }
}
