package io.weir.gateway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `./weir bench`, once Weir runs.
public final class Bench {

    private static final Duration WARM_UP = Duration.ofSeconds(30);
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
        try (var peers = new Peers(settings)) {
            List<Target> targets = targets(peers);
            Load load = Wrk.isInstalled() ? Wrk.installed() : generator;
            rounds.warmUp(targets, load, WARM_UP);
            Results peak = rounds.run(targets, load);
            Results steady = steady(targets.subList(0, 2), peak);
            Map<String, String> more = new LinkedHashMap<>();
            write(new Report(peak, steady, more));
            return isRight(peak, steady);
        }
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

    private Results steady(List<Target> both, Results peak) {
        double slower =
                both.stream()
                        .mapToDouble(target -> peak.median(target.name(), Measurement::perSecond))
                        .min()
                        .orElseThrow();
        Generator paced = generator.paced(STEADY * slower);
        rounds.warmUp(both, paced, Duration.ofSeconds(5));
        return rounds.run(both, paced);
    }

    /// Every answer was the upstream's, and Weir's usage is what arrived there.
    private boolean isRight(Results peak, Results steady) {
        long arrived = rounds.arrived(weir);
        long used = customer.usedOnce(arrived);
        System.out.printf("requests of Weir's: %d arrived, usage says %d%n", arrived, used);
        return used == arrived && peak.errors() + steady.errors() == 0;
    }

    private void write(Report report) throws IOException {
        String text = report.table() + "\n\n" + report.ratioTable() + "\n";
        System.out.println("\n" + text);
        Files.writeString(settings.folder().resolve("results.md"), text);
        if (settings.json().isPresent()) {
            Path json = settings.json().get().toAbsolutePath();
            Files.createDirectories(json.getParent());
            Files.writeString(json, report.json());
        }
    }
}
