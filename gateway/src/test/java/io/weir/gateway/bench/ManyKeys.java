package io.weir.gateway.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What a million active keys cost beside a thousand (S7): requests per second in rounds that take
/// turns, each request another key's, and heap. A gateway of its own has them, with more heap.
final class ManyKeys {

    private static final String ID = "S7";
    private static final int FEW = 1_000;
    private static final int MANY = 1_000_000;
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final int ROUNDS = 5;

    /// Those that were not loaded until then are left out.
    private static final Duration LOADING = Duration.ofMinutes(4);

    private final Settings settings;
    private final Generator generator;
    private final Consumer<String> progress;

    ManyKeys(Settings settings, Generator generator, Consumer<String> progress) {
        this.settings = settings;
        this.generator = generator;
        this.progress = progress;
    }

    List<Figure> measure() {
        progress.accept("making %d keys".formatted(MANY));
        String[] keys = Keys.make(settings, MANY);
        int port = Processes.freePort();
        Upstream upstream = Upstream.start(port, Sockets.loops(1));
        try (var processes = new Processes(settings.folder())) {
            RoomyGateway gateway = RoomyGateway.start(processes, settings, port);
            return measure(gateway, keys, new Rounds(upstream, ROUNDS, SHORT, progress));
        } finally {
            upstream.stop();
        }
    }

    private List<Figure> measure(RoomyGateway roomy, String[] keys, Rounds rounds) {
        Target gateway = roomy.target();
        Generator ofFew = generator.from(inTurn(keys, FEW));
        rounds.warmUp(List.of(gateway), ofFew, WARM_UP);
        roomy.management().awaitReported();
        long heapOfFew = gateway.liveHeap();
        int loaded = load(gateway, keys);
        roomy.management().awaitReported();
        Generator ofMany = generator.from(inTurn(keys, loaded));
        if (!settings.get("TARGETS").isEmpty()) {
            gateway.bind(settings.get("TARGETS"));
        }
        Target few = gateway.named(FEW + " keys");
        Target many = gateway.named(loaded + " keys");
        Load each = (target, length) -> (target.equals(few) ? ofFew : ofMany).run(target, length);
        rounds.warmUp(List.of(few, many), each, SHORT);
        Results results = rounds.run(List.of(few, many), each);
        // who counts usage lets a key go once its usage is reported
        roomy.management().awaitReported();
        double heap = (gateway.liveHeap() - heapOfFew) / (double) (loaded - FEW);
        return figures(loaded, results, few, many, heap);
    }

    /// A key is loaded by its first request. Hands back how many had theirs.
    private int load(Target gateway, String[] keys) {
        int[] next = {0};
        Generator firsts = generator.from(() -> keys[next[0]++ % keys.length]);
        long begin = System.nanoTime();
        while (next[0] < keys.length && System.nanoTime() - begin < LOADING.toNanos()) {
            Load.Report report = firsts.run(gateway, SHORT);
            progress.accept("loaded %d keys, %d errors".formatted(next[0], report.errors()));
        }
        return Math.min(next[0], keys.length);
    }

    private static Supplier<String> inTurn(String[] keys, int count) {
        int[] next = {0};
        return () -> keys[next[0]++ % count];
    }

    private static List<Figure> figures(
            int loaded, Results results, Target few, Target many, double heap) {
        return List.of(
                new Figure(ID, "keys", "active keys", loaded),
                new Figure(
                        ID,
                        "throughput_ratio",
                        "requests/s with them over those with " + few.name(),
                        results.ratio(many.name(), few.name(), Measurement::perSecond)),
                new Figure(
                        ID,
                        "rps",
                        "requests/s with them",
                        results.median(many.name(), Measurement::perSecond)),
                new Figure(
                        ID,
                        "few_rps",
                        "requests/s with " + few.name(),
                        results.median(few.name(), Measurement::perSecond)),
                new Figure(ID, "heap_bytes_per_key", "bytes of heap for each more", heap),
                Figure.errors(ID, results.errors()));
    }
}
