package io.weir.quota.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Virtual time: what is to happen, in order, and a hash of what did.
final class Events {

    private record Event(long time, long order, Runnable action) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private final Instant start;
    private long now;
    private long order;
    private final boolean told;
    private long hash = 17;
    private @Nullable Violation failure;

    /// @param told whether all that happens is printed
    Events(Instant start, boolean told) {
        this.start = start;
        this.told = told;
    }

    /// Nanoseconds since the start.
    long now() {
        return now;
    }

    Instant instant() {
        return start.plusNanos(now);
    }

    void in(long nanos, Runnable action) {
        queue.add(new Event(now + Math.max(0, nanos), order++, action));
    }

    void in(Duration delay, Runnable action) {
        in(delay.toNanos(), action);
    }

    void run(Duration duration) {
        long until = now + duration.toNanos();
        for (Event next = queue.peek(); next != null && next.time() <= until; next = queue.peek()) {
            queue.remove();
            now = next.time();
            next.action().run();
            if (failure != null) {
                throw failure;
            }
        }
        now = until;
    }

    /// What Reactor dropped ends the run all the same.
    void failed(Throwable dropped) {
        Throwable cause = dropped.getCause() instanceof Violation broken ? broken : dropped;
        if (failure == null) {
            failure = cause instanceof Violation broken ? broken : new Violation(cause);
        }
    }

    /// Notes what happened, so that two runs can be told to be the same.
    void note(Object... what) {
        hash = (hash * 31 + now) * 31 + Arrays.hashCode(what);
        if (told) {
            System.out.printf("%9.6f %s%n", now / 1e9, Arrays.toString(what));
        }
    }

    long hash() {
        return hash;
    }
}
