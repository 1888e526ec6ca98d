package io.weir.quota.bucket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.function.LongSupplier;

/// The token buckets of this node, one for each subject and policy.
///
/// A bucket is dropped once nobody used it for as long as it takes to fill, because a dropped one
/// comes back full and must not come back fuller than waiting would have made it. For the same
/// reason there is no maximum size, which would evict buckets that are still empty: what bounds
/// them is how many subjects call within their own refill time.
public final class TokenBuckets implements Rates {

    private record Key(Subject subject, PolicyName policy) {}

    private record Held(Bucket bucket, TokenBucket policy) {}

    private final TimeMeter time;
    private final Cache<Key, Held> buckets;

    public TokenBuckets(LongSupplier nanoTime) {
        this.time = new MonotonicTime(nanoTime);
        this.buckets =
                Caffeine.newBuilder()
                        .ticker(nanoTime::getAsLong)
                        .expireAfter(
                                Expiry.<Key, Held>accessing((_, held) -> fillTime(held.policy())))
                        .build();
    }

    @Override
    public Rate rate(Subject subject, TokenBucket policy, long version) {
        var key = new Key(subject, policy.name());
        buckets.asMap().computeIfPresent(key, (_, held) -> changed(held, policy));
        return new TokenRate(this, key, policy);
    }

    @Override
    public long size() {
        return buckets.estimatedSize();
    }

    Bucket bucket(Object key, TokenBucket policy) {
        Held held = buckets.get((Key) key, _ -> new Held(bucketFor(policy), policy));
        return held.bucket();
    }

    private Bucket bucketFor(TokenBucket policy) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(
                        limit ->
                                limit.capacity(policy.capacity())
                                        .refillGreedy(policy.refillTokens(), policy.refillPeriod()))
                .build();
    }

    private Held changed(Held held, TokenBucket policy) {
        if (held.policy().equals(policy)) {
            return held;
        }
        long before = held.bucket().getAvailableTokens();
        long after =
                Math.min(policy.capacity(), before + policy.capacity() - held.policy().capacity());
        held.bucket().replaceConfiguration(configuration(policy), TokensInheritanceStrategy.RESET);
        if (after < policy.capacity()) {
            held.bucket().consumeIgnoringRateLimits(policy.capacity() - after);
        }
        return new Held(held.bucket(), policy);
    }

    private static BucketConfiguration configuration(TokenBucket policy) {
        return BucketConfiguration.builder()
                .addLimit(
                        limit ->
                                limit.capacity(policy.capacity())
                                        .refillGreedy(policy.refillTokens(), policy.refillPeriod()))
                .build();
    }

    /// Twice what an empty bucket takes to fill: enough for one that went below zero by an edit.
    private static Duration fillTime(TokenBucket policy) {
        double periods = 2.0 * policy.capacity() / policy.refillTokens();
        return Duration.ofNanos((long) (policy.refillPeriod().toNanos() * Math.max(1, periods)));
    }

    private record MonotonicTime(LongSupplier nanoTime) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return nanoTime.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
