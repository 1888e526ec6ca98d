package io.weir.gateway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `./weir bench`, once Weir runs.
public final class Bench {

    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(5);
    private static final int ROUNDS = 5;
    private static final double STEADY = 0.7;

    private final Settings settings;
    private final Upstream upstream;
    private final Generator generator;
    private final Customer customer;
    private final Target weir;
    private final Rounds rounds;

    private Bench(Settings settings) {
        this.settings = settings;
        var loops = Sockets.loops(1);
        this.upstream = Upstream.start(settings.number("UPSTREAM_PORT"), Sockets.loops(1));
        this.generator = Generator.asMuchAsCanBe(loops);
        this.customer = Customer.of(settings);
        this.weir =
                new Target(
                        Target.WEIR,
                        settings.number("GATEWAY_PORT"),
                        "/demo/hello",
                        customer.key().secret(),
                        ProcessHandle.of(settings.number("GATEWAY_PID")).orElseThrow());
        this.rounds =
                new Rounds(
                        upstream,
                        ROUNDS,
                        Duration.ofSeconds(settings.quick() ? 5 : 10),
                        System.out::println);
    }

    /// Ends with 1 if a figure is not to be trusted.
    public static void main(String[] options) throws IOException {
        var settings = Settings.of(options, System.getenv());
        System.exit(new Bench(settings).run() ? 0 : 1);
    }

    private boolean run() throws IOException {
        List<Figure> figures = new ArrayList<>();
        Results peak;
        Results steady;
        try (var processes = new Processes(settings.folder())) {
            List<Target> targets = targets(new Peers(settings, processes));
            Load load = Wrk.isInstalled() ? Wrk.installed() : generator;
            rounds.warmUp(targets, load, WARM_UP);
            bind(targets);
            peak = rounds.run(targets, load);
            steady = steady(targets.subList(0, 2), peak, figures);
        }
        boolean right = isRight(peak, steady);
        boolean all = new Alone(settings, weir, upstream, generator).measure(figures);
        write(new Report(peak, steady, figures));
        return right && all && figures.stream().allMatch(Figure::isTrusted);
    }

    private List<Target> targets(Peers peers) {
        List<Target> targets = new ArrayList<>();
        targets.add(weir);
        targets.add(peers.bareGateway());
        targets.add(peers.redisGateway());
        if (!settings.quick()) {
            targets.add(peers.nettyProxy());
            peers.nginx().ifPresent(targets::add);
            peers.haproxy().ifPresent(targets::add);
        }
        return targets;
    }

    /// Only now, so that what the JVMs compile does not wait for one another.
    private void bind(List<Target> targets) {
        String processors = settings.get("TARGETS");
        if (!processors.isEmpty()) {
            targets.forEach(target -> target.bind(processors));
            rounds.warmUp(targets, generator, SHORT);
        }
    }

    /// What Weir sends to PostgreSQL counts from the first of these rounds to the end of the last,
    /// so also while the other one has its turn.
    private Results steady(List<Target> both, Results peak, List<Figure> figures) {
        double slower =
                both.stream()
                        .mapToDouble(target -> peak.median(target.name(), Measurement::perSecond))
                        .min()
                        .orElseThrow();
        Generator paced = generator.paced(STEADY * slower);
        rounds.warmUp(both, paced, SHORT);
        Optional<Statements> statements = Statements.of(new Database(settings.get("DATABASE_URL")));
        long sent = statements.map(Statements::sent).orElse(0L);
        long before = rounds.arrived(weir);
        Results results = rounds.run(both, paced);
        statements.ifPresent(
                counted ->
                        figures.add(
                                new Figure(
                                        "S6",
                                        "statements_per_1000_requests",
                                        "statements to PostgreSQL for 1,000 requests, at 70 % of the peak",
                                        1e3
                                                * (counted.sent() - sent)
                                                / (rounds.arrived(weir) - before))));
        return results;
    }

    /// Every answer was the upstream's, and Weir's usage is what arrived there.
    private boolean isRight(Results peak, Results steady) {
        long arrived = rounds.arrived(weir);
        long used = customer.usedOnce(arrived);
        System.out.printf("requests of Weir's: %d arrived, usage says %d%n", arrived, used);
        return used == arrived && peak.errors() + steady.errors() == 0;
    }

    private void write(Report report) throws IOException {
        String text =
                String.join(
                        "\n\n", report.table(), report.ratioTable(), report.figureTable() + "\n");
        System.out.println("\n" + text);
        Files.writeString(settings.folder().resolve("results.md"), text);
        if (settings.json().isPresent()) {
            Path json = settings.json().get().toAbsolutePath();
            Files.createDirectories(json.getParent());
            Files.writeString(json, report.json());
        }
    }
}
