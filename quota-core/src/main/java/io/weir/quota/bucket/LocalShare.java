package io.weir.quota.bucket;

import io.weir.quota.policy.Verdict;

/// This node's share of a bucket, which decides while the store does not, and what requests took
/// from it that the store is yet to hear of. Not safe for use by several threads.
final class LocalShare {

    private final LocalRate rate;
    private long untold;

    LocalShare(LocalRate rate) {
        this.rate = rate;
    }

    Verdict verdict(long tokens, long now) {
        return rate.verdict(tokens, now);
    }

    boolean tryConsume(long tokens, long now) {
        boolean consumed = rate.tryConsume(tokens, now);
        if (consumed) {
            untold += tokens;
        }
        return consumed;
    }

    void putBack(long tokens) {
        rate.putBack(tokens);
        untold -= tokens;
    }

    void owe(long tokens) {
        rate.settle(0, tokens);
        untold += tokens;
    }

    Consumption estimate(long tokens) {
        return rate.estimate(tokens);
    }

    /// What the shared bucket lacks because of this node: what was taken here, but no more than
    /// this share lacks, because beyond that both would have been full in between.
    long takeUntold() {
        long lacks = Math.min(untold, rate.missing());
        untold = 0;
        return Math.max(0, lacks);
    }
}
