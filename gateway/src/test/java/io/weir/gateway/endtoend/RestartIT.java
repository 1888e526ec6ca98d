package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A gateway that ends loses nothing of what it counted.
class RestartIT {

    private static final int REQUESTS = 5_000;
    private static final Duration BACK = Duration.ofSeconds(5);

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(RestartIT.class, 1);
        admin = cluster.admin();
        load = new Load(64);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void aGatewayThatIsToldToStopBooksEverythingFirst() {
        String client = admin.client(admin.reseller(1_000_000), 100_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        var tally = load.send(REQUESTS, call("/stop", key));

        Duration stopping = cluster.gateway(0).program().terminate();

        Figure.print(
                "SIGTERM after %s: ended in %d ms, counter %d, forwarded %d, held %d"
                        .formatted(
                                tally,
                                stopping.toMillis(),
                                cluster.tables().used(client, "monthly"),
                                cluster.tables().forwarded(key.id()),
                                cluster.tables().held()));
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", (long) REQUESTS));
        assertThat(cluster.tables().used(client, "monthly")).isEqualTo(REQUESTS);
        assertThat(cluster.tables().forwarded(key.id())).isEqualTo(REQUESTS);
        assertThat(cluster.tables().held()).isZero();
        assertThat(cluster.tables().leased(client, "monthly")).isZero();

        cluster.gateway(0).program().restart();
        assertThat(load.send(call("/stop", key)).status()).isEqualTo(200);
        Eventually.equal(BACK, REQUESTS + 1L, () -> admin.usage(key.id()).get("requests"));
        Eventually.equal(BACK, REQUESTS + 1L, () -> cluster.tables().used(client, "monthly"));
    }

    @Test
    void aGatewayThatIsKilledBooksWhatItServedWhenItIsBack() {
        String client = admin.client(admin.reseller(1_000_000), 6_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        var tally = load.send(REQUESTS, call("/kill", key));

        cluster.gateway(0).program().kill();
        long before = cluster.tables().used(client, "monthly");
        long left = cluster.tables().leased(client, "monthly");
        cluster.gateway(0).program().restart();
        var booked =
                Eventually.equal(
                        BACK, (long) REQUESTS, () -> cluster.tables().used(client, "monthly"));
        var usage =
                Eventually.equal(BACK, (long) REQUESTS, () -> cluster.tables().forwarded(key.id()));
        var rest = load.send(REQUESTS, call("/kill", key));

        Figure.print(
                "kill -9 after %s: %d booked and %d leased; exact %d ms after the restart, usage %d"
                                .formatted(tally, before, left, booked.toMillis(), usage.toMillis())
                        + " ms; then "
                        + rest);
        assertThat(rest.count(200)).isEqualTo(6_000 - REQUESTS);
        assertThat(cluster.upstream().at("/kill").count()).isEqualTo(6_000);
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
