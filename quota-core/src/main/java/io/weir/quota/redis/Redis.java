package io.weir.quota.redis;

import io.weir.quota.bucket.Claim;
import io.weir.quota.bucket.Memory;
import io.weir.quota.bucket.Rates;
import io.weir.quota.bucket.SharedRates;
import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.concurrency.SharedSlotPools;
import io.weir.quota.concurrency.SlotPools;
import io.weir.quota.concurrency.SlotStore.Statement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// What this node shares with others through Redis. It starts without Redis, finds it when it is
/// there, and falls back to this node's share of each limit while it is not: a request never waits
/// longer than the budget, and never meets an error.
public final class Redis {

    private static final int WARM_UPS = 50;

    private final Link link;
    private final Breaker breaker;
    private final Heartbeat heartbeat;
    private final RedisBuckets buckets;
    private final RedisSlots slots;
    private final RedisTimes times;
    private final LongSupplier nanoTime;
    private final Scheduler timer;
    private final String node;
    private volatile @Nullable SharedRates sharedRates;
    private volatile @Nullable SharedSlotPools sharedSlots;
    private volatile boolean warm;
    private @Nullable Disposable beats;

    private Redis(
            URI uri,
            String node,
            RedisTimes times,
            LongSupplier nanoTime,
            InstantSource wall,
            Scheduler timer) {
        this.times = times;
        this.nanoTime = nanoTime;
        this.timer = timer;
        // a node that starts again is another: the slots of the one before die with it
        this.node = node + "-" + UUID.randomUUID();
        this.link = new Link(uri, times.command());
        this.breaker = new Breaker(times, nanoTime);
        this.heartbeat = new Heartbeat(link, breaker, this.node, times, nanoTime, wall);
        this.buckets = new RedisBuckets(link, breaker, wall);
        this.slots = new RedisSlots(link, breaker, this.node, times.life());
    }

    /// @param uri `redis://:password@host:port/db`, or `rediss` for TLS
    /// @param node the name of this one
    /// @param nanoTime the monotonic clock
    /// @param wall the clock by which buckets fill; other nodes have their own
    public static Redis open(
            URI uri,
            String node,
            RedisTimes times,
            LongSupplier nanoTime,
            InstantSource wall,
            Scheduler timer) {
        var redis = new Redis(uri, node, times, nanoTime, wall, timer);
        redis.beats = redis.heartbeat.start(timer, redis.connect(), redis.slots::restate);
        return redis;
    }

    /// Token buckets that all nodes share.
    ///
    /// @param local this node's share of them
    public Rates rates(TokenBuckets local) {
        var shared = new SharedRates(buckets, local, times.budget(), nanoTime, timer);
        sharedRates = shared;
        return shared;
    }

    /// Slots that all nodes share.
    ///
    /// @param local knows this node's share of them
    public SlotPools slots(LocalSlotPools local) {
        var shared = new SharedSlotPools(slots, local, times.budget(), nanoTime, timer);
        sharedSlots = shared;
        slots.announceTo(shared);
        return shared;
    }

    public boolean storeIsAway() {
        return breaker.isAway();
    }

    /// Requests that were decided on by this node's share, because Redis was away.
    public long fallbacks() {
        SharedRates rates = sharedRates;
        SharedSlotPools pools = sharedSlots;
        return (rates == null ? 0 : rates.fallbacks()) + (pools == null ? 0 : pools.fallbacks());
    }

    /// How far our clock is ahead of Redis's.
    public Duration skew() {
        return heartbeat.skew();
    }

    /// Gives back what this node holds and no request has, and leaves.
    public Mono<Void> close() {
        return Mono.defer(
                () -> {
                    if (beats != null) {
                        beats.dispose();
                    }
                    return giveBack()
                            .timeout(times.command(), timer)
                            .onErrorComplete()
                            .then(link.close());
                });
    }

    private Mono<Void> giveBack() {
        SharedRates rates = sharedRates;
        SharedSlotPools pools = sharedSlots;
        return Mono.when(
                        rates == null ? Mono.empty() : rates.close(),
                        pools == null ? Mono.empty() : pools.close())
                .then(heartbeat.stop());
    }

    private Mono<Void> connect() {
        return Mono.defer(() -> link.connect(RedisSlots.CHANNEL, slots::announced))
                .then(Mono.defer(this::warmUp));
    }

    /// The first calls load classes and take many times a request's budget.
    private Mono<Void> warmUp() {
        if (warm) {
            return Mono.empty();
        }
        var nobody = new Subject(SubjectKind.KEY, new UUID(0, 0));
        var policy = TokenBucket.perMinute(new PolicyName("warm-up"), 1_000);
        var claim = new Claim(nobody, policy, 0, Memory.NONE, 0, 0, 1, 1);
        var statement = new Statement(nobody, policy.name(), 1, 0, 0);
        return Flux.range(0, WARM_UPS)
                .concatMap(_ -> buckets.carryOut("weir:warm-up:" + node, claim))
                .then(slots.carryOut("warm-up:" + node, statement))
                .doOnSuccess(_ -> warm = true)
                .then();
    }
}
