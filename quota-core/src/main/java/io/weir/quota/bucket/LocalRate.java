package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import reactor.core.publisher.Mono;

/// One subject's bucket in memory. It holds the bucket directly, and goes through the cache only
/// when the bucket might leave it before it is full again.
final class LocalRate implements Rate {

    private final TokenBuckets buckets;
    private final TokenBuckets.Key key;
    private volatile LocalBucket bucket;

    LocalRate(TokenBuckets buckets, TokenBuckets.Key key, LocalBucket bucket) {
        this.buckets = buckets;
        this.key = key;
        this.bucket = bucket;
    }

    @Override
    public TokenBucket policy() {
        return bucket.policy();
    }

    @Override
    public Verdict verdict(long tokens, long nanoTime) {
        return bucket.holds(tokens, buckets.share(), nanoTime) ? Verdict.ADMITS : Verdict.REFUSES;
    }

    @Override
    public boolean tryConsume(long tokens, long nanoTime) {
        return kept(nanoTime).tryConsume(tokens, buckets.share(), nanoTime);
    }

    @Override
    public void putBack(long tokens) {
        bucket.putBack(tokens, buckets.share(), buckets.nanoTime());
    }

    @Override
    public void settle(long reserved, long used) {
        long difference = Math.min(TokenBucket.MOST, Math.max(0, used) - reserved);
        if (difference < 0) {
            putBack(-difference);
        } else if (difference > 0) {
            long now = buckets.nanoTime();
            kept(now).consumeIgnoringRateLimits(difference, buckets.share(), now);
            bucket = buckets.keep(key, bucket, now);
        }
    }

    @Override
    public Consumption estimate(long tokens) {
        return bucket.estimate(tokens, buckets.share(), buckets.nanoTime());
    }

    /// What the bucket lacks of being full, and what it owes.
    long missing() {
        return bucket.missing(buckets.share(), buckets.nanoTime());
    }

    @Override
    public Mono<Void> ask(long tokens) {
        return Mono.empty();
    }

    private LocalBucket kept(long now) {
        LocalBucket held = bucket;
        if (held.mayLeaveTooSoon(now)) {
            held = buckets.keep(key, held, now);
            bucket = held;
        }
        return held;
    }
}
