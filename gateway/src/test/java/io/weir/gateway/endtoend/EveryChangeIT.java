package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Every kind of change while all gateways are busy: how long it takes from the commit, by the
/// database's clock, until the last of them obeys.
///
/// The times are those of `-Psoak`, of gateways that have served for a while: those that just
/// started are busy with compiling themselves. Half of the changes are promised within 20 ms; that
/// is printed and not asserted, since a machine with fewer cores than processes can't show it.
class EveryChangeIT {

    private static final int GATEWAYS = 3;
    private static final int WARM_UP = Soak.count(1_000, 30_000);
    private static final int WARM_UP_ROUNDS = Soak.count(1, 150);
    private static final int ROUNDS = Soak.count(20, 100);
    private static final int ONWARD = 3;
    private static final Duration PROMPT = Soak.time(Duration.ofSeconds(2), Duration.ofMillis(100));
    private static final Duration BACK = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofMillis(5);
    private static final Duration AT_ALL = Duration.ofSeconds(5);
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    static Cluster cluster;
    static Admin admin;
    static List<Load> callers;
    static Load crowd;
    static Traffic busy;
    static String reseller;

    /// When the last gateway obeyed which of the five changes of a round.
    private record Round(
            String client,
            ApiKey key,
            Instant usable,
            Instant limited,
            Instant stopped,
            Instant back,
            Instant refused) {}

    @BeforeAll
    static void start() {
        cluster = Cluster.start(EveryChangeIT.class, GATEWAYS, Cluster.PATIENT);
        admin = cluster.admin();
        callers = IntStream.range(0, GATEWAYS).mapToObj(_ -> new Load(1)).toList();
        crowd = new Load(16);
        cluster.database().timeCommits();
        Call any = admin.call("/resellers");
        Eventually.equal(BACK, 200, () -> crowd.send(any).status());
        reseller = admin.reseller(1_000_000_000);
        ApiKey key = admin.key(admin.client(reseller, 100_000_000), Admin.UNLIMITED);
        Figure.print("warm-up: %s".formatted(crowd.send(WARM_UP, i -> crowd(i, key))));
        busy = crowd.traffic(Duration.ofMillis(20), i -> crowd(i, key));
    }

    @AfterAll
    static void stop() {
        Figure.print("background of the changes: %s".formatted(busy.stop()));
        callers.forEach(Load::close);
        crowd.close();
        cluster.close();
    }

    @Test
    void isObeyedByEveryGatewayAtOnce() {
        IntStream.range(0, WARM_UP_ROUNDS).forEach(EveryChangeIT::round);
        List<Round> rounds = IntStream.range(0, ROUNDS).mapToObj(EveryChangeIT::round).toList();

        Latencies all = measured(rounds);
        for (Round round : rounds) {
            for (int gateway = 0; gateway < GATEWAYS; gateway++) {
                assertThat(ask(round.key(), gateway).status()).isEqualTo(403);
            }
        }
        assertThat(busy.tally().outcomes()).containsOnlyKeys("200");
        assertThat(all.percentile(99)).isLessThanOrEqualTo(PROMPT);
    }

    private static Round round(int number) {
        String client = admin.client(reseller, 1_000_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        Instant usable = last(watched(key, is(200)));
        int limit = 1_000_000 + number;
        return new Round(
                client,
                key,
                usable,
                obeyed(
                        key,
                        answer -> allows(answer, limit),
                        () -> admin.change(key.id(), Map.of("requests_per_minute", limit))),
                obeyed(key, is(403), () -> admin.command(client, "suspend")),
                obeyed(key, is(200), () -> admin.command(client, "reactivate")),
                obeyed(key, is(403), () -> admin.command(key.id(), "revoke")));
    }

    private static Latencies measured(List<Round> rounds) {
        var created = new Latencies();
        var edited = new Latencies();
        var suspended = new Latencies();
        var reactivated = new Latencies();
        var revoked = new Latencies();
        for (Round round : rounds) {
            List<Instant> ofKey = cluster.tables().changes(round.key().id());
            List<Instant> ofClient = cluster.tables().changes(round.client());
            created.add(Duration.between(ofKey.getFirst(), round.usable()));
            edited.add(Duration.between(ofKey.get(1), round.limited()));
            suspended.add(Duration.between(ofClient.get(ofClient.size() - 2), round.stopped()));
            reactivated.add(Duration.between(ofClient.getLast(), round.back()));
            revoked.add(Duration.between(ofKey.getLast(), round.refused()));
        }
        var all = created.and(edited).and(suspended).and(reactivated).and(revoked);
        Figure.print("changes on 3 gateways, commit to the last: %s".formatted(all));
        Figure.print(
                "of these, key created: %s; limit edited: %s; suspended: %s; reactivated: %s; revoked: %s"
                        .formatted(created, edited, suspended, reactivated, revoked));
        return all;
    }

    /// Whoever asks while the change is made.
    private static Instant obeyed(ApiKey key, Predicate<Answer> obeys, Runnable change) {
        var watched = watched(key, obeys);
        change.run();
        return last(watched);
    }

    private static List<CompletableFuture<Instant>> watched(ApiKey key, Predicate<Answer> obeys) {
        return IntStream.range(0, GATEWAYS)
                .mapToObj(
                        gateway ->
                                CompletableFuture.supplyAsync(
                                        () -> watched(key, gateway, obeys), THREADS))
                .toList();
    }

    /// When a gateway obeyed for the first time. From then on, it may not waver.
    private static Instant watched(ApiKey key, int gateway, Predicate<Answer> obeys) {
        Eventually.within(AT_ALL, GLANCE, () -> ask(key, gateway), obeys);
        Instant first = Instant.now();
        for (int i = 0; i < ONWARD; i++) {
            assertThat(ask(key, gateway)).matches(obeys);
        }
        return first;
    }

    private static Instant last(List<CompletableFuture<Instant>> gateways) {
        return gateways.stream().map(CompletableFuture::join).max(Instant::compareTo).orElseThrow();
    }

    private static Call crowd(int turn, ApiKey key) {
        return cluster.anywhere(turn, "/crowd", key);
    }

    private static Answer ask(ApiKey key, int gateway) {
        return callers.get(gateway).send(cluster.anywhere(gateway, "/changed", key));
    }

    private static Predicate<Answer> is(int status) {
        return answer -> answer.status() == status;
    }

    private static boolean allows(Answer answer, int limit) {
        return answer.header("RateLimit-Policy").orElse("").contains("\"rpm\";q=" + limit + ";");
    }
}
