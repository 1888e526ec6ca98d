package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A gateway that ends loses nothing of what it counted.
///
/// One that has just started may take longer over its first requests than a request waits for the
/// store, and answers those 503: what was served is what counts.
class RestartIT {

    private static final int REQUESTS = 5_000;
    private static final int QUOTA = 6_000;
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
        String reseller = admin.reseller(1_000_000);
        String client = admin.client(reseller, 100_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        long served = served("/stop", key);

        Duration stopping = cluster.gateway(0).program().terminate();

        Figure.print(
                "SIGTERM after %d served: ended in %d ms, counter %d, forwarded %d, leased %d"
                        .formatted(
                                served,
                                stopping.toMillis(),
                                cluster.tables().used(client, "monthly"),
                                cluster.tables().forwarded(key.id()),
                                cluster.tables().leased(client, "monthly")));
        assertThat(cluster.tables().used(client, "monthly")).isEqualTo(served);
        assertThat(cluster.tables().forwarded(key.id())).isEqualTo(served);
        assertThat(cluster.tables().leased(client, "monthly")).isZero();
        assertThat(cluster.tables().leased(reseller, "pool")).isZero();

        cluster.gateway(0).program().restart();
        assertThat(load.send(call("/stop", key)).status()).isEqualTo(200);
        Eventually.equal(BACK, served + 1, () -> admin.usage(key.id()).get("requests"));
        Eventually.equal(BACK, served + 1, () -> cluster.tables().used(client, "monthly"));
    }

    /// Its journal tells what was used, and what was not comes back to be used.
    @Test
    void aGatewayThatIsKilledLosesNothingAndHoldsNothingBack() {
        String client = admin.client(admin.reseller(1_000_000), QUOTA);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        long served = served("/kill", key);

        cluster.gateway(0).program().kill();
        long booked = cluster.tables().used(client, "monthly");
        cluster.gateway(0).program().restart();
        Eventually.equal(BACK, served, () -> cluster.tables().used(client, "monthly"));
        Eventually.equal(BACK, served, () -> cluster.tables().forwarded(key.id()));
        var rest = load.send(REQUESTS, call("/kill", key));
        int arrived = cluster.upstream().at("/kill").count();

        Figure.print(
                "kill -9 after %d served: %d booked by then; after the restart %s; %d of %d arrived"
                        .formatted(served, booked, rest, arrived, QUOTA));
        assertThat(rest.outcomes().keySet()).isSubsetOf("200", "429", "503");
        assertThat(rest.count(200)).isEqualTo(QUOTA - served);
        assertThat(arrived).isEqualTo(QUOTA);
    }

    private static long served(String path, ApiKey key) {
        var tally = load.send(REQUESTS, call(path, key));
        assertThat(tally.outcomes().keySet()).isSubsetOf("200", "503");
        assertThat(tally.count(200)).isGreaterThan(REQUESTS / 2);
        return tally.count(200);
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
