package io.weir.gateway.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Measured times, and how they are spread.
final class Latencies {

    private final List<Duration> measured = new ArrayList<>();

    void add(Duration time) {
        measured.add(time);
    }

    /// Measures one thing after the other, for so long.
    static Latencies of(Duration length, Runnable thing) {
        var latencies = new Latencies();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < length.toNanos()) {
            latencies.measure(thing);
        }
        return latencies;
    }

    /// Measures one thing after the other, so many times.
    static Latencies of(int times, Runnable thing) {
        var latencies = new Latencies();
        for (int i = 0; i < times; i++) {
            latencies.measure(thing);
        }
        return latencies;
    }

    /// Both together.
    Latencies and(Latencies other) {
        var both = new Latencies();
        both.measured.addAll(measured);
        both.measured.addAll(other.measured);
        return both;
    }

    private void measure(Runnable thing) {
        long begin = System.nanoTime();
        thing.run();
        add(Duration.ofNanos(System.nanoTime() - begin));
    }

    Duration percentile(int percent) {
        var sorted = measured.stream().sorted().toList();
        return sorted.get(Math.max(0, Math.ceilDiv(sorted.size() * percent, 100) - 1));
    }

    @Override
    public String toString() {
        return "p50 %s ms, p99 %s ms, max %s ms of %d"
                .formatted(millis(50), millis(99), millis(100), measured.size());
    }

    private String millis(int percent) {
        return "%.1f".formatted(percentile(percent).toNanos() / 1e6);
    }
}
