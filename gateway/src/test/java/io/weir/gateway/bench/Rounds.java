package io.weir.gateway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Targets that take turns, in another order each round.
final class Rounds {

    private final Upstream upstream;
    private final int count;
    private final Duration length;
    private final Consumer<String> progress;
    private final Map<String, Long> arrived = new HashMap<>();

    Rounds(Upstream upstream, int count, Duration length, Consumer<String> progress) {
        this.upstream = upstream;
        this.count = count;
        this.length = length;
        this.progress = progress;
    }

    void warmUp(List<Target> targets, Load load, Duration length) {
        for (Target target : targets) {
            progress.accept("warming up " + target.name());
            measure(target, load, length);
        }
    }

    Results run(List<Target> targets, Load load) {
        var results = new Results();
        List<Target> order = new ArrayList<>(targets);
        for (int round = 1; round <= count; round++) {
            for (Target target : order) {
                Measurement measured = measure(target, load, length);
                progress.accept(
                        "round %d: %-26s %8.0f requests/s, %6.1f us of CPU each, p99 %7.0f us"
                                .formatted(
                                        round,
                                        target.name(),
                                        measured.perSecond(),
                                        measured.cpuMicros(),
                                        measured.p99Micros()));
                results.add(target, measured);
            }
            Collections.rotate(order, 1);
        }
        return results;
    }

    /// What of a target has arrived at the upstream so far.
    long arrived(Target target) {
        return arrived.getOrDefault(target.name(), 0L);
    }

    private Measurement measure(Target target, Load load, Duration length) {
        Duration before = target.cpu();
        long earlier = upstream.arrived();
        Load.Report report = load.run(target, length);
        long since = upstream.arrivedOnceQuiet() - earlier;
        arrived.merge(target.name(), since, Long::sum);
        return new Measurement(report, since, target.cpu().minus(before), target.memory());
    }
}
