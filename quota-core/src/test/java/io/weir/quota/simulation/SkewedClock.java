package io.weir.quota.simulation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The clocks of one machine: a monotonic one that runs at its own rate, and a wall clock that
/// somebody may set.
final class SkewedClock implements InstantSource, LongSupplier {

    private final Events events;
    private final double rate;
    private final long since;
    private long set;

    SkewedClock(Events events, double rate, long since, long set) {
        this.events = events;
        this.rate = rate;
        this.since = since;
        this.set = set;
    }

    @Override
    public long getAsLong() {
        return since + (long) (events.now() * rate);
    }

    @Override
    public Instant instant() {
        return events.instant().plusNanos(set);
    }

    void step(long nanos) {
        set += nanos;
    }

    /// How long a stretch of this clock takes.
    long real(long nanos) {
        return (long) Math.ceil(nanos / rate);
    }
}
