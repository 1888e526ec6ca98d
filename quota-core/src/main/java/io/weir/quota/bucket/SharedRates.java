package io.weir.quota.bucket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.quota.cluster.Sharing;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The token buckets that this node shares with others through a store.
public final class SharedRates implements Rates {

    private static final Duration ROUND = Duration.ofNanos(Batch.LIFE_NANOS);

    /// Under way, beyond which only requests make others.
    private static final int MOST_CALLS = 1_000;

    private final BucketStore store;
    private final TokenBuckets local;
    private final Sharing<SharedRate> sharing;
    private final Cache<TokenBuckets.Key, SharedRate> rates =
            Caffeine.newBuilder().weakValues().build();
    private final AtomicInteger calls = new AtomicInteger();

    /// @param local this node's share, for when the store is away
    /// @param budget how long a request may wait for the store
    public SharedRates(
            BucketStore store,
            TokenBuckets local,
            Duration budget,
            LongSupplier nanoTime,
            Scheduler timer) {
        this.store = store;
        this.local = local;
        this.sharing = new Sharing<>(budget, ROUND, nanoTime, timer, store::isAway, store::overdue);
    }

    @Override
    public Rate rate(Subject subject, TokenBucket policy, long version) {
        var key = new TokenBuckets.Key(subject, policy.name());
        SharedRate rate = rates.get(key, _ -> new SharedRate(subject, policy, version, this));
        rate.change(policy, version);
        return rate;
    }

    @Override
    public long size() {
        return rates.estimatedSize();
    }

    /// Requests that this node's share decided on, because the store was away.
    public long fallbacks() {
        return sharing.fallbacks();
    }

    /// Gives back what this node holds.
    public Mono<Void> close() {
        return sharing.close();
    }

    Sharing<SharedRate> sharing() {
        return sharing;
    }

    boolean isStoreAway() {
        return store.isAway();
    }

    /// This node's share of a bucket that holds so much, as far as is known.
    LocalShare alone(Subject subject, TokenBucket policy, long version, long known) {
        LocalRate rate = local.rate(subject, policy, version);
        long share = local.share().of(Math.max(0, known));
        rate.settle(0, Math.max(0, rate.estimate(1).remaining() - share));
        return new LocalShare(rate);
    }

    /// Whether the store can be told what no request waits for: after it was away, this node may
    /// have much to tell of many buckets.
    boolean hasTime() {
        return !store.isAway() && calls.get() < MOST_CALLS;
    }

    Mono<Grant> exchange(Claim claim) {
        return Mono.defer(
                () -> {
                    calls.incrementAndGet();
                    return store.exchange(claim).doFinally(_ -> calls.decrementAndGet());
                });
    }
}
