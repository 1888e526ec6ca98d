package io.weir.gateway.endtoend;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a gateway's metrics say at one moment.
public record Scrape(String text) {

    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(\\{[^}]*})? (\\S+)");

    /// One line of it.
    public record Sample(String name, String labels, double value) {}

    static Scrape of(Cluster.Gateway gateway) {
        return new Scrape(gateway.program().management("/actuator/prometheus"));
    }

    Stream<Sample> samples() {
        return text.lines()
                .filter(line -> !line.startsWith("#"))
                .map(SAMPLE::matcher)
                .filter(matcher -> matcher.find())
                .map(
                        m ->
                                new Sample(
                                        m.group(1),
                                        m.group(2) == null ? "" : m.group(2),
                                        Double.parseDouble(m.group(3))));
    }

    Stream<Sample> samples(String name) {
        return samples().filter(sample -> sample.name().equals(name));
    }

    double sum(String name) {
        return samples(name).mapToDouble(Sample::value).sum();
    }

    /// Rows of usage that the store has not counted.
    public long pending() {
        return (long) sum("weir_usage_pending");
    }

    /// Bytes of Netty's buffers beside the heap.
    public long direct() {
        return (long)
                samples("netty_allocator_memory_used")
                        .filter(sample -> sample.labels().contains("direct"))
                        .mapToDouble(Sample::value)
                        .sum();
    }
}
