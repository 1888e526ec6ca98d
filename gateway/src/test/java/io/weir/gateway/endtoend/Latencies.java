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
