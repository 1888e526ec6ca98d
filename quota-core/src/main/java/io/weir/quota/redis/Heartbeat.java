package io.weir.quota.redis;

import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// Tells Redis regularly that this node lives, and finds out by the way whether Redis does and how
/// its clock differs from ours.
final class Heartbeat {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration MUCH_SKEW = Duration.ofMillis(100);

    private static final String BEAT =
            """
            local known = redis.call('exists', KEYS[1])
            redis.call('set', KEYS[1], 1, 'px', ARGV[1])
            local now = redis.call('time')
            return {known, tonumber(now[1]), tonumber(now[2])}
            """;

    private final Link link;
    private final Breaker breaker;
    private final RedisTimes times;
    private final LongSupplier nanoTime;
    private final InstantSource wall;
    private final byte[] key;
    private final AtomicBoolean beating = new AtomicBoolean();
    private volatile long beatAt;
    private volatile Duration skew = Duration.ZERO;

    Heartbeat(
            Link link,
            Breaker breaker,
            String node,
            RedisTimes times,
            LongSupplier nanoTime,
            InstantSource wall) {
        this.link = link;
        this.breaker = breaker;
        this.times = times;
        this.nanoTime = nanoTime;
        this.wall = wall;
        this.key = ("weir:node:" + node).getBytes(StandardCharsets.UTF_8);
        this.beatAt = nanoTime.getAsLong() - times.beat().toNanos();
    }

    /// How far our clock is ahead of Redis's.
    Duration skew() {
        return skew;
    }

    /// Beats from now on.
    ///
    /// @param connect what has to be done before Redis counts as back, as long as it is away
    /// @param forgotten told when Redis did not know this node
    Disposable start(Scheduler timer, Mono<Void> connect, Runnable forgotten) {
        return timer.schedulePeriodically(
                () -> tick(connect, forgotten), 0, times.probe().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tick(Mono<Void> connect, Runnable forgotten) {
        long now = nanoTime.getAsLong();
        boolean away = breaker.isAway();
        if (!away && now - beatAt < times.beat().toNanos()) {
            return;
        }
        if (!beating.compareAndSet(false, true)) {
            return;
        }
        beatAt = now;
        (away ? connect.then(beat(forgotten)) : beat(forgotten))
                .doFinally(_ -> beating.set(false))
                .subscribe(_ -> {}, breaker::failed);
    }

    private Mono<Long> beat(Runnable forgotten) {
        return Mono.defer(
                () -> {
                    long sent = nanoTime.getAsLong();
                    Instant sentAt = wall.instant();
                    return Mono.fromCompletionStage(this::send)
                            .map(reply -> heard(reply, sent, sentAt, forgotten));
                });
    }

    private CompletionStage<List<Long>> send() {
        byte[] life = Long.toString(times.life().toMillis()).getBytes(StandardCharsets.UTF_8);
        return link.commands().eval(BEAT, ScriptOutputType.MULTI, new byte[][] {key}, life);
    }

    private long heard(List<Long> reply, long sent, Instant sentAt, Runnable forgotten) {
        long roundTrip = nanoTime.getAsLong() - sent;
        Instant theirs = Instant.ofEpochSecond(reply.get(1), reply.get(2) * 1_000);
        measured(Duration.between(theirs, sentAt.plusNanos(roundTrip / 2)));
        if (reply.getFirst() == 0) {
            forgotten.run();
        }
        breaker.restored(sent);
        return roundTrip;
    }

    private void measured(Duration ahead) {
        if (isMuch(ahead) && !isMuch(skew)) {
            log.warn("The clock differs from that of Redis by {}: rates will differ, too", ahead);
        }
        skew = ahead;
    }

    private static boolean isMuch(Duration ahead) {
        return ahead.abs().compareTo(MUCH_SKEW) > 0;
    }

    /// This node is no more: its slots count no more.
    Mono<Void> stop() {
        return Mono.fromCompletionStage(() -> link.commands().del(key)).then();
    }
}
