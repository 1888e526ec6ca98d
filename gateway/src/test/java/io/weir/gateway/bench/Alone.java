package io.weir.gateway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What is measured of Weir alone, once its peers have ended.
final class Alone {

    private final Settings settings;
    private final Target weir;
    private final Upstream upstream;
    private final Generator generator;

    Alone(Settings settings, Target weir, Upstream upstream, Generator generator) {
        this.settings = settings;
        this.weir = weir;
        this.upstream = upstream;
        this.generator = generator;
    }

    /// Whether every stage came to its end.
    boolean measure(List<Figure> figures) {
        boolean all = true;
        if (!settings.quick()) {
            all = add(figures, "idle connections", this::idleConnections);
        }
        all &= add(figures, "streams", this::streams);
        if (!settings.quick()) {
            all &= add(figures, "many keys", this::manyKeys);
        }
        figures.add(
                new Figure(
                        "S10",
                        "start_seconds",
                        "seconds from its start until it is ready",
                        settings.number("START_MILLIS") / 1e3));
        return all;
    }

    /// What one stage can't tell must not take the others' figures with it.
    private static boolean add(
            List<Figure> figures, String stage, Supplier<List<Figure>> measured) {
        System.out.println("measuring " + stage);
        try {
            List<Figure> found = new ArrayList<>(measured.get());
            found.forEach(
                    figure -> System.out.printf("%s: %.3f%n", figure.meaning(), figure.value()));
            return figures.addAll(found);
        } catch (RuntimeException | AssertionError failed) {
            System.err.println("Not measured: " + stage + ": " + failed);
            return false;
        }
    }

    private List<Figure> idleConnections() {
        var management = new Management(settings.number("MANAGEMENT_PORT"));
        return new IdleConnections(weir, management, generator).measure();
    }

    private List<Figure> streams() {
        upstream.stop();
        return new Streams(settings).measure(settings.number("UPSTREAM_PORT"));
    }

    private List<Figure> manyKeys() {
        return new ManyKeys(settings, generator, System.out::println).measure();
    }
}
