package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A gateway that ends loses nothing of what it counted. Each is warmed up first: one that has not
/// run a request yet may need longer than a request waits for the store, and answers 503.
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
        cluster.warmUp(load);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void aGatewayThatIsToldToStopBooksEverythingFirst() {
        String reseller = admin.reseller(1_000_000);
        String client = admin.client(reseller, 100_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        var tally = load.send(REQUESTS, call("/stop", key));

        Duration stopping = cluster.gateway(0).program().terminate();

        Figure.print(
                "SIGTERM after %s: ended in %d ms, counter %d, forwarded %d, leased %d"
                        .formatted(
                                tally,
                                stopping.toMillis(),
                                cluster.tables().used(client, "monthly"),
                                cluster.tables().forwarded(key.id()),
                                cluster.tables().leased(client, "monthly")));
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", (long) REQUESTS));
        assertThat(cluster.tables().used(client, "monthly")).isEqualTo(REQUESTS);
        assertThat(cluster.tables().forwarded(key.id())).isEqualTo(REQUESTS);
        assertThat(cluster.tables().leased(client, "monthly")).isZero();
        assertThat(cluster.tables().leased(reseller, "pool")).isZero();

        cluster.gateway(0).program().restart();
        cluster.warmUp(load);
        assertThat(load.send(call("/stop", key)).status()).isEqualTo(200);
        Eventually.equal(BACK, REQUESTS + 1L, () -> admin.usage(key.id()).get("requests"));
        Eventually.equal(BACK, REQUESTS + 1L, () -> cluster.tables().used(client, "monthly"));
    }

    /// Its journal tells what was used, and what was not comes back to be used.
    @Test
    void aGatewayThatIsKilledLosesNothingAndHoldsNothingBack() {
        String client = admin.client(admin.reseller(1_000_000), 6_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        var tally = load.send(REQUESTS, call("/kill", key));
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", (long) REQUESTS));

        cluster.gateway(0).program().kill();
        long booked = cluster.tables().used(client, "monthly");
        cluster.gateway(0).program().restart();
        Eventually.equal(BACK, (long) REQUESTS, () -> cluster.tables().used(client, "monthly"));
        Eventually.equal(BACK, (long) REQUESTS, () -> cluster.tables().forwarded(key.id()));
        cluster.warmUp(load);
        var rest = load.send(REQUESTS, call("/kill", key));
        int arrived = cluster.upstream().at("/kill").count();

        Figure.print(
                "kill -9 after %s: %d booked by then; after the restart %s; %d of 6000 arrived"
                        .formatted(tally, booked, rest, arrived));
        assertThat(rest.outcomes()).isEqualTo(Map.of("200", 1_000L, "429", REQUESTS - 1_000L));
        assertThat(arrived).isEqualTo(6_000);
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
