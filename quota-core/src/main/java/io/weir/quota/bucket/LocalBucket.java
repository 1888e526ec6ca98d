package io.weir.quota.bucket;

import io.github.bucket4j.BucketState;
import io.weir.quota.cluster.Share;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;

/// The tokens of one subject and policy in memory.
///
/// Bucket4j's state and arithmetic, under the monitor of this object. Bucket4j's own strategies
/// were slower (`RateBenchmark`, nanoseconds to read and take, from one thread and from two on one
/// bucket, two cores, two runs): LOCK_FREE 78 to 127 and 174 to 274, it copies the state on each
/// call and again when threads meet; SYNCHRONIZED 80 to 130 and 156 to 182, with a `ReentrantLock`
/// for each bucket, which parks event loops; this 57 to 69 and 115 to 138, with 240 bytes for a
/// bucket, its handle and its place in the cache.
final class LocalBucket {

    private static final long LEAST_KEPT = 10_000_000_000L;
    private static final long LONGEST_KEPT = Long.MAX_VALUE / 4;

    private TokenBucket policy;
    private long version;
    private Share share;
    private BucketState state;
    private long fillNanos;
    private volatile long keptUntil;

    LocalBucket(TokenBucket policy, long version, Share share, long now) {
        this.policy = policy;
        this.version = version;
        this.share = share;
        Bandwidths.Shape shape = Bandwidths.Shape.of(policy, share);
        this.state = Bandwidths.full(shape.configuration(), now);
        this.fillNanos = shape.fillNanos();
    }

    synchronized TokenBucket policy() {
        return policy;
    }

    synchronized void change(TokenBucket changed, long newVersion, long now) {
        if (newVersion >= version && !changed.equals(policy)) {
            version = newVersion;
            reshape(changed, share, now);
        }
    }

    synchronized boolean holds(long tokens, Share current, long now) {
        return available(current, now) >= Math.max(1, tokens);
    }

    synchronized boolean tryConsume(long tokens, Share current, long now) {
        if (!holds(tokens, current, now)) {
            return false;
        }
        if (tokens > 0) {
            state.consume(tokens);
        }
        return true;
    }

    synchronized void consumeIgnoringRateLimits(long tokens, Share current, long now) {
        available(current, now);
        state.consume(tokens);
    }

    synchronized void putBack(long tokens, Share current, long now) {
        available(current, now);
        state.addTokens(tokens);
    }

    synchronized Consumption estimate(long tokens, Share current, long now) {
        long available = available(current, now);
        long wanted = Math.max(1, tokens);
        long wait =
                available >= wanted
                        ? 0
                        : share.of(policy.capacity()) < wanted
                                ? Long.MAX_VALUE
                                : state.calculateDelayNanosAfterWillBePossibleToConsume(
                                        wanted, now, true);
        return Consumption.of(available, wait);
    }

    synchronized long missing(Share current, long now) {
        return current.of(policy.capacity()) - available(current, now);
    }

    private long available(Share current, long now) {
        if (!current.equals(share)) {
            reshape(policy, current, now);
        }
        state.refillAllBandwidth(now);
        // a node whose share is nothing has a bucket all the same, see Shape
        return Math.min(state.getAvailableTokens(), share.of(policy.capacity()));
    }

    private void reshape(TokenBucket changed, Share current, long now) {
        Bandwidths.Shape shape = Bandwidths.Shape.of(changed, current);
        state = Bandwidths.changed(state, shape.configuration(), now);
        policy = changed;
        share = current;
        fillNanos = shape.fillNanos();
    }

    /// How long it has to stay in memory if nobody uses it: it is full long before.
    synchronized long keepNanos(long now) {
        state.refillAllBandwidth(now);
        long full = Math.max(fillNanos, state.calculateFullRefillingTime(now));
        return Math.clamp(full, LEAST_KEPT, LONGEST_KEPT) * 2;
    }

    void keptUntil(long nanoTime) {
        keptUntil = nanoTime;
    }

    /// Whether tokens taken now might not be back before it leaves memory.
    boolean mayLeaveTooSoon(long now) {
        return keptUntil - now < Math.max(fillNanos, LEAST_KEPT / 2);
    }
}
