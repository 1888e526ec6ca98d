package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Five concurrent requests means five at the upstream, whichever of three gateways they came
/// through and however they end.
class SharedSlotsIT {

    private static final int SLOTS = 5;
    private static final int REQUESTS = Soak.count(2_500, 10_000);
    private static final Duration SOON = Duration.ofSeconds(5);

    /// How the upstream answers.
    private static final List<String> ENDS =
            List.of("/mix?", "/mix?delay=10", "/mix?status=500", "/mix?reset", "/mix?cut&delay=5");

    /// Those of which the upstream learns a moment later that nobody waits any more: in that moment
    /// the next one may be there, too.
    private static final String GONE = "/gone?";

    private static final int IMPATIENT = 3;

    static Cluster cluster;
    static Load callers;
    static Load impatient;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>(Cluster.PATIENT);
        settings.put("SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_HTTPCLIENT_RESPONSE_TIMEOUT", "300ms");
        cluster = Cluster.start(SharedSlotsIT.class, 3, settings);
        callers = new Load(9);
        impatient = new Load(IMPATIENT, Duration.ofMillis(80));
    }

    @AfterAll
    static void stop() {
        callers.close();
        impatient.close();
        cluster.close();
    }

    @Test
    void neverMoreThanFiveAreInFlightWhateverBecomesOfThem() {
        ApiKey key = key();
        var aborted =
                CompletableFuture.supplyAsync(
                        () -> impatient.send(REQUESTS / 5, i -> call(i, GONE + "delay=200", key)));
        var served = callers.send(REQUESTS - REQUESTS / 5, i -> call(i, end(i), key));
        var hungUp = aborted.join();
        var arrivals = cluster.upstream().at("/mix");
        var gone = cluster.upstream().at("/gone");

        Figure.print(
                ("concurrency 5 on 3 gateways: %d in flight at most of %d, %d of %d that were given"
                                + " up; callers %s; impatient %s")
                        .formatted(
                                arrivals.mostInFlight(),
                                arrivals.count(),
                                gone.mostInFlight(),
                                gone.count(),
                                served,
                                hungUp));
        assertThat(arrivals.mostInFlight()).isBetween(2, SLOTS);
        assertThat(gone.mostInFlight()).isBetween(2, SLOTS + IMPATIENT);
        assertThat(served.outcomes().keySet()).contains("200", "500", "504");
        assertThat(hungUp.errors()).isPositive();
        Eventually.equal(SOON, 0, () -> arrivals.inFlight() + gone.inFlight());
        Eventually.equal(SOON, 0.0, () -> cluster.sum("weir_requests_active"));
        assertAllSlotsReturn(key);
    }

    private static void assertAllSlotsReturn(ApiKey key) {
        Eventually.equal(
                SOON,
                Map.of("200", (long) SLOTS),
                () ->
                        callers.send(SLOTS, i -> cluster.anywhere(i, "/after?delay=100", key))
                                .outcomes());
    }

    /// One in a hundred is too late for the gateway: those keep their slots long.
    private static String end(int turn) {
        return turn % 100 == 0 ? GONE + "delay=600" : ENDS.get(turn % ENDS.size());
    }

    private static Call call(int turn, String end, ApiKey key) {
        return cluster.anywhere(turn, end, key);
    }

    private static ApiKey key() {
        Admin admin = cluster.admin();
        String client = admin.client(admin.reseller(1_000_000), 100_000);
        return admin.key(
                client, Map.of("requests_per_minute", 1_000_000, "concurrent_requests", SLOTS));
    }
}
