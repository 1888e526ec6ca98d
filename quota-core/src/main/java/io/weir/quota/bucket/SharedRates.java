package io.weir.quota.bucket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The token buckets that this node shares with others through a store.
public final class SharedRates implements Rates {

    /// In budgets.
    private static final long PATIENCE = 20;

    private final BucketStore store;
    private final TokenBuckets local;
    private final Duration budget;
    private final LongSupplier nanoTime;
    private final Scheduler timer;
    private final Cache<TokenBuckets.Key, SharedRate> rates =
            Caffeine.newBuilder().weakValues().build();
    private final Queue<SharedRate> agenda = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private final LongAdder fallbacks = new LongAdder();

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
        this.budget = budget;
        this.nanoTime = nanoTime;
        this.timer = timer;
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
        return fallbacks.sum();
    }

    /// Gives back what this node holds.
    public Mono<Void> close() {
        return Flux.fromIterable(agenda).flatMap(rate -> rate.close().onErrorComplete()).then();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    long budgetNanos() {
        return budget.toNanos();
    }

    /// How long a call may be under way before it decides nothing any more. A request asks again
    /// while its own time lasts: a slow answer is worth more than a guess. A store that is really
    /// away is found to be so earlier.
    long patienceNanos() {
        return PATIENCE * budget.toNanos();
    }

    boolean isStoreAway() {
        return store.isAway();
    }

    void countFallback() {
        fallbacks.increment();
    }

    /// This node's share of a bucket that holds so much, as far as is known.
    Rate alone(Subject subject, TokenBucket policy, long version, long known) {
        Rate rate = local.rate(subject, policy, version);
        long share = local.share().of(Math.max(0, known));
        rate.settle(0, Math.max(0, rate.estimate(1).remaining() - share));
        return rate;
    }

    Mono<Grant> exchange(Claim claim) {
        return Mono.defer(() -> store.exchange(claim));
    }

    /// An answer, or the end of a request's patience.
    Mono<Void> inTime(Mono<Void> answer, Runnable tooLate) {
        return answer.timeout(budget, Mono.fromRunnable(tooLate), timer);
    }

    void overdue() {
        store.overdue();
    }

    /// Has the rate looked after a batch's life from now.
    void look(SharedRate rate) {
        if (rate.looked().compareAndSet(false, true)) {
            agenda.add(rate);
            wake();
        }
    }

    private void wake() {
        if (due.compareAndSet(false, true)) {
            timer.schedule(this::tend, Batch.LIFE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void tend() {
        due.set(false);
        for (int left = agenda.size(); left > 0; left--) {
            SharedRate rate = agenda.poll();
            if (rate == null) {
                return;
            }
            rate.looked().set(false);
            if (rate.tend()) {
                look(rate);
            }
        }
    }
}
