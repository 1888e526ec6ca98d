package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A key that is given another secret while it is used, on two gateways.
class RotationIT {

    private static final Duration PROMPT = Duration.ofSeconds(2);
    private static final Duration LATE = Duration.ofMillis(250);
    private static final int GRACE = 3;

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(RotationIT.class, 2, Cluster.PATIENT);
        admin = cluster.admin();
        load = new Load(8);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void theOldSecretWorksUntilTheEndOfItsGraceAndNotAfterwards() {
        ApiKey old = admin.key(client(), Admin.UNLIMITED);
        both(old, 200);
        ApiKey replacement = admin.rotate(old, GRACE);
        Instant end = admin.previousSecretEnds(old);
        both(replacement, 200);

        var before = new Latencies();
        for (int turn = 0; Instant.now().isBefore(end.minus(LATE)); turn++) {
            assertThat(status(old, turn)).isEqualTo(200);
        }
        for (int gateway = 0; gateway < 2; gateway++) {
            int one = gateway;
            Eventually.equal(PROMPT, 401, () -> status(old, one));
            before.add(Duration.between(end, Instant.now()));
        }

        Figure.print("old secret unknown after the end of its grace: %s".formatted(before));
        assertThat(before.percentile(100)).isBetween(Duration.ZERO, LATE);
        assertThat(load.send(50, i -> call(old, i)).outcomes()).isEqualTo(Map.of("401", 50L));
        both(replacement, 200);
    }

    @Test
    void withoutAGraceTheOldSecretIsUnknownAtOnceOnEveryGateway() {
        ApiKey old = admin.key(client(), Admin.UNLIMITED);
        both(old, 200);
        ApiKey replacement = admin.rotate(old, 0);

        both(old, 401);
        both(replacement, 200);
    }

    @Test
    void theSecondRotationEndsTheFirstSecret() {
        ApiKey first = admin.key(client(), Admin.UNLIMITED);
        ApiKey second = admin.rotate(first, 600);
        both(first, 200);
        ApiKey third = admin.rotate(first, 600);

        both(first, 401);
        both(second, 200);
        both(third, 200);
    }

    @Test
    void bothSecretsCountOnOneKey() {
        String client = client();
        ApiKey old =
                admin.key(
                        client,
                        Map.of(
                                "requests_per_minute", 1_000_000,
                                "requests_per_day", 30,
                                "concurrent_requests", 1_000));
        both(old, 200);
        ApiKey replacement = admin.rotate(old, 600);
        both(replacement, 200);

        var tally = load.send(100, i -> call(i % 2 == 0 ? old : replacement, i / 2));

        Figure.print("two secrets of one key, 4 and 100 asked, 30 a day: %s".formatted(tally));
        assertThat(tally.count(200)).isEqualTo(30 - 4);
        assertThat(tally.count(429)).isEqualTo(100 - 30 + 4);
        Eventually.equal(PROMPT, 30L, () -> cluster.tables().used(old.id(), "rpd"));
        Eventually.equal(PROMPT, 30L, () -> cluster.tables().forwarded(old.id()));
        both(admin.rotate(old, 0), 429);
    }

    @Test
    void bothSecretsHaveOneRate() {
        ApiKey old = admin.key(client(), Admin.perMinute(5));
        ApiKey replacement = admin.rotate(old, 600);

        var tally = load.send(40, i -> call(i % 2 == 0 ? old : replacement, i / 2));

        assertThat(tally.count(200)).isBetween(5L, 6L);
    }

    @Test
    void bothSecretsHaveOneSlot() {
        ApiKey old =
                admin.key(client(), Map.of("requests_per_minute", 1000, "concurrent_requests", 1));
        ApiKey replacement = admin.rotate(old, 600);
        var slow = CompletableFuture.supplyAsync(() -> load.send(slowly(old)).status());
        Eventually.equal(PROMPT, 1, () -> cluster.upstream().at("/slowly").inFlight());

        assertThat(load.send(call(replacement, 0)).body()).contains("concurrency-exceeded");
        assertThat(slow.join()).isEqualTo(200);
    }

    private static void both(ApiKey key, int status) {
        for (int gateway = 0; gateway < 2; gateway++) {
            int one = gateway;
            Eventually.equal(PROMPT, status, () -> status(key, one));
        }
    }

    private static int status(ApiKey key, int turn) {
        return load.send(call(key, turn)).status();
    }

    private static Call call(ApiKey key, int turn) {
        return cluster.anywhere(turn, "/rotated", key);
    }

    private static Call slowly(ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo("/slowly?delay=2000"), key.secret());
    }

    private static String client() {
        return admin.client(admin.reseller(1_000_000), 100_000);
    }
}
