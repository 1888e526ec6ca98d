package io.weir.quota.lease;

import io.weir.quota.schedule.Period;
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

    /// When what the store granted for a period may be spent. Its clock was at `now` at some moment
    /// between the ask and this one: the end is counted from the former, the start from the latter.
    Term term(long askedAt, Instant now, Period period, Duration life) {
        long ends = askedAt + nanos(Duration.between(now, period.ends()));
        long old = askedAt + life.toNanos();
        long starts =
                period.starts().isAfter(now)
                        ? nanoTime() + nanos(Duration.between(now, period.starts()))
                        : askedAt;
        return new Term(starts, old - ends < 0 ? old : ends, ends);
    }

    private static long nanos(Duration duration) {
        return (duration.compareTo(FAR) < 0 ? duration : FAR).toNanos();
    }
}
