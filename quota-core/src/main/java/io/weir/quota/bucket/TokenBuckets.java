package io.weir.quota.bucket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.weir.quota.cluster.Share;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Token buckets in memory: all there are of a single gateway, or this node's share of them.
///
/// A bucket is dropped once nobody used it for twice as long as it takes to fill, because a dropped
/// one comes back full and must not come back fuller than waiting would have made it. For the same
/// reason there is no maximum size, which would evict buckets that are still empty: what bounds
/// them is how many subjects call within their own refill time.
public final class TokenBuckets implements Rates {

    record Key(Subject subject, PolicyName policy) {}

    private final LongSupplier nanoTime;
    private final Cache<Key, LocalBucket> buckets;
    private volatile Share share = Share.ALL;

    public TokenBuckets(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.buckets =
                Caffeine.newBuilder()
                        .ticker(nanoTime::getAsLong)
                        // less work than to wake another thread for it
                        .executor(Runnable::run)
                        .expireAfter(
                                Expiry.<Key, LocalBucket>accessing(
                                        (_, bucket) ->
                                                Duration.ofNanos(bucket.keepNanos(nanoTime()))))
                        .build();
    }

    @Override
    public LocalRate rate(Subject subject, TokenBucket policy, long version) {
        var key = new Key(subject, policy.name());
        long now = nanoTime();
        LocalBucket bucket = buckets.get(key, _ -> new LocalBucket(policy, version, share, now));
        bucket.change(policy, version, now);
        return new LocalRate(this, key, keep(key, bucket, now));
    }

    @Override
    public long size() {
        return buckets.estimatedSize();
    }

    /// The number of live nodes has changed. What was consumed stays consumed.
    ///
    /// @param rank of this node among them, from 0
    public void share(int rank, int nodes) {
        share = new Share(rank, nodes);
    }

    Share share() {
        return share;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /// Keeps a bucket in memory until it is surely full. Answers the one that is there: another if
    /// this one, full, was dropped and somebody else came for it meanwhile.
    LocalBucket keep(Key key, LocalBucket bucket, long now) {
        LocalBucket there = buckets.get(key, _ -> bucket);
        there.keptUntil(now + there.keepNanos(now));
        return there;
    }
}
