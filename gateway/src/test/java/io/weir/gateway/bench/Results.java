package io.weir.gateway.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What the rounds showed of each target.
final class Results {

    private final Map<String, List<Measurement>> rounds = new LinkedHashMap<>();

    void add(Target target, Measurement measurement) {
        rounds.computeIfAbsent(target.name(), _ -> new ArrayList<>()).add(measurement);
    }

    Iterable<String> targets() {
        return rounds.keySet();
    }

    boolean has(String target) {
        return rounds.containsKey(target);
    }

    double median(String target, ToDoubleFunction<Measurement> figure) {
        return median(of(target).stream().mapToDouble(figure).sorted().toArray());
    }

    long errors(String target) {
        return of(target).stream().mapToLong(each -> each.report().errors()).sum();
    }

    long errors() {
        return rounds.keySet().stream().mapToLong(this::errors).sum();
    }

    /// The median of one target's figure over another's, each in the same round.
    double ratio(String target, String other, ToDoubleFunction<Measurement> figure) {
        List<Measurement> ours = of(target);
        List<Measurement> theirs = of(other);
        return median(
                IntStream.range(0, ours.size())
                        .mapToDouble(
                                i ->
                                        figure.applyAsDouble(ours.get(i))
                                                / figure.applyAsDouble(theirs.get(i)))
                        .sorted()
                        .toArray());
    }

    private List<Measurement> of(String target) {
        return rounds.getOrDefault(target, List.of());
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
