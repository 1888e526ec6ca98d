package io.weir.quota.redis;

import io.weir.quota.bucket.Rate;
import io.weir.quota.bucket.Rates;
import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.concurrency.SlotPools;
import io.weir.quota.concurrency.Slots;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// A gateway as far as Redis knows one.
final class Node implements AutoCloseable {

    /// A request's patience where it must not depend on how busy this machine is.
    static final Duration PATIENT = Duration.ofSeconds(2);

    private static final int ATTEMPTS = 3;
    private static final Duration RECOVERY = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(10);

    final Redis redis;
    final Rates rates;
    final SlotPools slots;

    private Node(URI uri, int rank, int nodes, RedisTimes times, InstantSource wall) {
        var buckets = new TokenBuckets(System::nanoTime);
        buckets.share(rank, nodes);
        var pools = new LocalSlotPools();
        pools.share(rank, nodes);
        redis =
                Redis.open(
                        uri, "node-" + rank, times, System::nanoTime, wall, Schedulers.parallel());
        rates = redis.rates(buckets);
        slots = redis.slots(pools);
    }

    static Node started(URI uri, Duration budget) {
        var node =
                new Node(uri, 0, 1, RedisTimes.DEFAULT.withBudget(budget), InstantSource.system());
        node.awaitRedis();
        return node;
    }

    static Node unconnected(URI uri, int rank, int nodes, Duration budget, InstantSource wall) {
        return new Node(uri, rank, nodes, RedisTimes.DEFAULT.withBudget(budget), wall);
    }

    static List<Node> cluster(URI uri, int size, Duration budget) {
        List<Node> nodes =
                new ArrayList<>(
                        IntStream.range(0, size)
                                .mapToObj(
                                        rank ->
                                                unconnected(
                                                        uri,
                                                        rank,
                                                        size,
                                                        budget,
                                                        InstantSource.system()))
                                .toList());
        nodes.forEach(Node::awaitRedis);
        return nodes;
    }

    void awaitRedis() {
        await(() -> !redis.storeIsAway());
    }

    static void await(BooleanSupplier happened) {
        long start = System.nanoTime();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - start > RECOVERY.toNanos()) {
                throw new AssertionError("It did not happen within " + RECOVERY);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /// What a request does with a rate: reads, asks if it must, and takes.
    static Mono<Boolean> request(Rate rate, long tokens) {
        return request(rate, tokens, ATTEMPTS);
    }

    private static Mono<Boolean> request(Rate rate, long tokens, int attempts) {
        return Mono.defer(
                () -> {
                    long now = System.nanoTime();
                    return switch (rate.verdict(tokens, now)) {
                        case ADMITS ->
                                rate.tryConsume(tokens, now)
                                        ? Mono.just(true)
                                        : again(rate, tokens, attempts);
                        case REFUSES -> Mono.just(false);
                        case ASK -> rate.ask(tokens).then(again(rate, tokens, attempts));
                    };
                });
    }

    private static Mono<Boolean> again(Rate rate, long tokens, int attempts) {
        return attempts == 0
                ? Mono.just(false)
                : Mono.defer(() -> request(rate, tokens, attempts - 1));
    }

    /// What a request does to get a slot.
    static Mono<Boolean> take(Slots slots, long limit) {
        return take(slots, limit, ATTEMPTS);
    }

    private static Mono<Boolean> take(Slots slots, long limit, int attempts) {
        return Mono.defer(
                () -> {
                    long now = System.nanoTime();
                    return switch (slots.verdict(limit, now)) {
                        case ADMITS ->
                                slots.tryTake(limit, now)
                                        ? Mono.just(true)
                                        : takeAgain(slots, limit, attempts);
                        case REFUSES -> Mono.just(false);
                        case ASK -> slots.ask(limit).then(takeAgain(slots, limit, attempts));
                    };
                });
    }

    private static Mono<Boolean> takeAgain(Slots slots, long limit, int attempts) {
        return attempts == 0
                ? Mono.just(false)
                : Mono.defer(() -> take(slots, limit, attempts - 1));
    }

    @Override
    public void close() {
        redis.close().block(RECOVERY);
    }
}
