package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Real traffic: no errors, and usage is what was sent.
class TrafficIT {

    private static final int REQUESTS =
            Integer.getInteger("weir.traffic.requests", Soak.count(50_000, 200_000));
    private static final Duration BOOKED = Duration.ofSeconds(2);

    static Cluster cluster;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.shared();
        load = new Load(64);
        cluster.warmUp(load);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.assertNoKeyInLogs();
    }

    @Test
    void everyRequestIsServedAndBookedOnce() {
        Admin admin = cluster.admin();
        String reseller = admin.reseller(1_000_000_000);
        String client = admin.client(reseller, 1_000_000_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        long sent = REQUESTS;

        var tally =
                load.send(REQUESTS, Call.bearer(cluster.gateway(0).demo("/traffic"), key.secret()));
        var booked =
                Eventually.equal(
                        BOOKED.multipliedBy(5),
                        Map.of("requests", sent, "served", sent),
                        () -> nonZero(admin.usage(key.id())));

        Figure.print(
                "traffic: %s, %.0f/s on 64 connections; usage exact after %d ms"
                        .formatted(tally, tally.perSecond(), booked.toMillis()));
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", sent));
        assertThat(cluster.upstream().at("/traffic").count()).isEqualTo(REQUESTS);
        assertThat(booked).isLessThan(BOOKED);
        Eventually.equal(BOOKED, sent, () -> cluster.tables().used(client, "monthly"));
        Eventually.equal(BOOKED, sent, () -> cluster.tables().used(reseller, "pool"));
        assertThat(cluster.upstream().withAKey()).isZero();
    }

    private static Map<String, Long> nonZero(Map<String, Long> usage) {
        usage.values().removeIf(count -> count == 0);
        return usage;
    }
}
