package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// K7: one gateway after the other is restarted, and nobody notices who heeds which of them are
/// ready.
class RollingRestartIT {

    private static final int RESTARTS = Soak.count(2, 10);
    private static final Duration PAUSE = Duration.ofMillis(4);
    private static final Duration BOOKED = Duration.ofSeconds(5);

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>(Cluster.PATIENT);
        settings.put("WEIR_DRAIN_DELAY", "1s");
        settings.put("WEIR_DRAIN_TIME", "3s");
        cluster = Cluster.start(RollingRestartIT.class, 2, settings);
        admin = cluster.admin();
        load = new Load(64);
        cluster.warmUp(load);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void noRequestFailsWhileGatewaysAreRestarted() {
        String reseller = admin.reseller(1_000_000);
        String client = admin.client(reseller, 1_000_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        Duration longest = Duration.ZERO;
        Tally tally;
        try (var ready = new ReadyGateways(cluster.gateways())) {
            Traffic traffic =
                    load.traffic(PAUSE, i -> Call.bearer(ready.any(i).demo("/roll"), key.secret()));
            for (int i = 0; i < RESTARTS; i++) {
                Cluster.Gateway gateway = cluster.gateway(i % 2);
                Duration stopping = gateway.program().terminate();
                longest = stopping.compareTo(longest) > 0 ? stopping : longest;
                gateway.program().restart();
                ready.await(gateway);
            }
            tally = traffic.stop();
        }
        long sent = tally.count(200);

        Figure.print(
                "%d rolling restarts: %s; the longest end took %d ms"
                        .formatted(RESTARTS, tally, longest.toMillis()));
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", sent));
        assertThat(cluster.upstream().at("/roll").count()).isEqualTo((int) sent);
        Eventually.equal(BOOKED, sent, () -> cluster.tables().forwarded(key.id()));
        Eventually.equal(BOOKED, sent, () -> cluster.tables().used(client, "monthly"));
        Eventually.equal(BOOKED, sent, () -> cluster.tables().used(reseller, "pool"));
    }

    /// Serves on while it tells that it is leaving, lets those end that are under way, and cuts off
    /// who takes longer.
    @Test
    void whatIsUnderWayEndsWithinALimit() {
        String client = admin.client(admin.reseller(1_000_000), 100_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        Cluster.Gateway gateway = cluster.gateway(0);
        var slow = cluster.upstream().at("/slow");
        try (var callers = new Load(3)) {
            Traffic ends = once(callers, gateway, "/slow?delay=2500", key);
            Traffic endless = once(callers, gateway, "/slow?delay=60000", key);
            Eventually.equal(BOOKED, 2, slow::inFlight);

            gateway.program().interrupt();
            Eventually.within(BOOKED, () -> !gateway.program().isReady(), Boolean::booleanValue);
            Answer late = load.send(Call.bearer(gateway.demo("/late"), key.secret()));
            Duration stopping = gateway.program().terminate();

            Figure.print(
                    "a gateway with an endless request ended in %d ms"
                            .formatted(stopping.toMillis()));
            assertThat(late.status()).isEqualTo(200);
            assertThat(ends.stop().outcomes()).isEqualTo(Map.of("200", 1L));
            assertThat(endless.stop().errors()).isEqualTo(1);
            assertThat(stopping).isLessThan(Duration.ofSeconds(12));
        }
        assertThat(cluster.tables().forwarded(key.id())).isEqualTo(3);
        assertThat(cluster.tables().used(client, "monthly")).isEqualTo(3);
        assertThat(cluster.tables().leased(client, "monthly")).isZero();
        gateway.program().restart();
    }

    private static Traffic once(Load callers, Cluster.Gateway gateway, String path, ApiKey key) {
        return callers.once(Call.bearer(gateway.demo(path), key.secret()));
    }
}
