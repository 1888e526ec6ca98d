package io.weir.quota.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The store's clock, as this node knows it: the last instant it told, carried on monotonically.
final class StoreTime {

    /// Farther than any process lives, and still a difference that the clock can tell.
    private static final Duration FAR = Duration.ofDays(36_500);

    private record Told(Instant instant, long nanoTime) {}

    private final LongSupplier nanoTime;
    private volatile Told told;

    StoreTime(LongSupplier nanoTime, InstantSource wall) {
        this.nanoTime = nanoTime;
        this.told = new Told(wall.instant(), nanoTime.getAsLong());
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    Instant now() {
        Told last = told;
        return last.instant().plusNanos(nanoTime.getAsLong() - last.nanoTime());
    }

    void told(Instant instant) {
        told = new Told(instant, nanoTime.getAsLong());
    }

    /// When `instant`, told by the store after `askedAt`, is sure to be reached on the local clock.
    long deadline(long askedAt, Instant now, Instant instant) {
        Duration left = Duration.between(now, instant);
        return askedAt + (left.compareTo(FAR) < 0 ? left : FAR).toNanos();
    }
}
