package io.weir.gateway.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The figures, for people and for programs.
///
/// @param peak as many requests as each target could answer
/// @param steady the same paced requests of Weir and of the bare gateway
/// @param figures of Weir alone
record Report(Results peak, Results steady, List<Figure> figures) {

    private static final JsonMapper JSON = new JsonMapper();

    Report {
        figures = List.copyOf(figures);
    }

    String table() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "| target | requests/s | p50 ms | p99 ms | CPU us/request | memory MiB | errors |");
        lines.add("|---|---:|---:|---:|---:|---:|---:|");
        for (String target : peak.targets()) {
            lines.add(
                    format(
                            "| %s | %.0f | %.2f | %.2f | %.1f | %.0f | %d |",
                            target,
                            peak.median(target, Measurement::perSecond),
                            peak.median(target, Measurement::p50Micros) / 1e3,
                            peak.median(target, Measurement::p99Micros) / 1e3,
                            peak.median(target, Measurement::cpuMicros),
                            peak.median(target, Measurement::memory),
                            peak.errors(target)));
        }
        return String.join("\n", lines);
    }

    /// Of throughput S1 to S3, of the p99 under the same load S4.
    String ratioTable() {
        List<String> lines = new ArrayList<>();
        lines.add("| | Weir, with all its limits, against | ratio |");
        lines.add("|---|---|---:|");
        ratios().forEach(
                        (id, ratio) ->
                                lines.add(
                                        "| %s | %s | %s |"
                                                .formatted(
                                                        id,
                                                        meaning(id),
                                                        ratio == null
                                                                ? "not measured"
                                                                : format("%.2f", ratio))));
        for (String other : peak.targets()) {
            if (!other.equals(Target.WEIR)) {
                lines.add(
                        format(
                                "| | CPU per request, %s | %.2f |",
                                other, peak.ratio(Target.WEIR, other, Measurement::cpuMicros)));
            }
        }
        return String.join("\n", lines);
    }

    String figureTable() {
        List<String> lines = new ArrayList<>();
        lines.add("| | Weir alone | figure |");
        lines.add("|---|---|---:|");
        for (Figure figure : figures) {
            double value = figure.value();
            lines.add(
                    "| %s | %s | %s |"
                            .formatted(
                                    figure.target(),
                                    figure.meaning(),
                                    value == Math.rint(value) || value >= 100
                                            ? format("%.0f", value)
                                            : format("%.2f", value)));
        }
        return String.join("\n", lines);
    }

    private static String meaning(String id) {
        return switch (id) {
            case "S1" -> "requests/s, " + Target.BARE;
            case "S2" -> "requests/s, " + Target.REDIS;
            case "S3" -> "requests/s, " + Target.NETTY;
            default -> "p99 at 70 % of the peak, " + Target.BARE;
        };
    }

    private Map<String, @Nullable Double> ratios() {
        Map<String, @Nullable Double> ratios = new LinkedHashMap<>();
        ratios.put("S1", throughput(Target.BARE));
        ratios.put("S2", throughput(Target.REDIS));
        ratios.put("S3", throughput(Target.NETTY));
        ratios.put("S4", steady.ratio(Target.WEIR, Target.BARE, Measurement::p99Micros));
        return ratios;
    }

    private @Nullable Double throughput(String other) {
        return peak.has(other) ? peak.ratio(Target.WEIR, other, Measurement::perSecond) : null;
    }

    String json() {
        List<Map<String, Object>> targets = new ArrayList<>();
        for (String name : peak.targets()) {
            Map<String, Object> target = new LinkedHashMap<>();
            target.put("name", name);
            target.put("rps", peak.median(name, Measurement::perSecond));
            target.put("p50_us", peak.median(name, Measurement::p50Micros));
            target.put("p99_us", peak.median(name, Measurement::p99Micros));
            target.put("cpu_us_per_request", peak.median(name, Measurement::cpuMicros));
            target.put("rss_mib", peak.median(name, Measurement::memory));
            target.put("errors", peak.errors(name));
            targets.add(target);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("targets", targets);
        all.put("ratios", ratios());
        all.put("figures", figuresById());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }

    private Map<String, Map<String, Double>> figuresById() {
        Map<String, Map<String, Double>> byId = new LinkedHashMap<>();
        for (Figure figure : figures) {
            byId.computeIfAbsent(figure.id(), _ -> new LinkedHashMap<>())
                    .put(figure.name(), figure.value());
        }
        return byId;
    }

    @FormatMethod
    private static String format(@FormatString String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
