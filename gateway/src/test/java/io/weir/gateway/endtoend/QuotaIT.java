package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A hard limit is never exceeded, on one gateway and on three: what arrived at the upstream is
/// exactly what was sold.
class QuotaIT {

    private static final int REQUESTS = 5_000;
    private static final Duration BOOKED = Duration.ofSeconds(2);

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(QuotaIT.class, 3);
        admin = cluster.admin();
        load = new Load(64);
        warmUp();
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aHardQuotaIsSpentToTheLastRequestAndNoFurther(int gateways) {
        String client = admin.client(admin.reseller(1_000_000), 1_000);

        exactly("hard", gateways, 1_000, admin.key(client, Admin.UNLIMITED));
        Eventually.equal(BOOKED, 1_000L, () -> cluster.tables().used(client, "monthly"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aSoftQuotaLetsItsBufferThrough(int gateways) {
        var soft = Map.of("overage", Map.of("mode", "soft", "buffer_percent", 10));
        String client = admin.client(admin.reseller(1_000_000), 1_000, soft);

        exactly("soft 10 %", gateways, 1_100, admin.key(client, Admin.UNLIMITED));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anUnlimitedClientIsStoppedByItsResellersPool(int gateways) {
        var unlimited = Map.of("overage", Map.of("mode", "unlimited"));
        String reseller = admin.reseller(500);
        String client = admin.client(reseller, 100, unlimited);

        exactly("unlimited over a pool of 500", gateways, 500, admin.key(client, Admin.UNLIMITED));
        Eventually.equal(BOOKED, 500L, () -> cluster.tables().used(reseller, "pool"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aResellersOwnKeysAreHeldToWhatItKept(int gateways) {
        String reseller = admin.reseller(1_000);
        admin.client(reseller, 700);

        exactly("own remaining 300", gateways, 300, admin.key(reseller, Admin.UNLIMITED));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void ofAThousandForTheLastRequestOneIsServed(int gateways) {
        String client = admin.client(admin.reseller(1_000_000), 1);

        String path = "/last-" + gateways;
        var tally = send(1_000, path, gateways, admin.key(client, Admin.UNLIMITED));

        Figure.print("last request, %d gateway(s): %s".formatted(gateways, tally));
        assertThat(cluster.upstream().at(path).count()).isEqualTo(1);
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", 1L, "429", 999L));
    }

    /// What the others asked for ahead comes back to where it is spent.
    @Test
    void aQuotaIsSpentWhereverItsTrafficGoes() {
        String client = admin.client(admin.reseller(1_000_000), 1_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);

        var tally =
                load.send(REQUESTS, i -> call("/skewed", i % 20 == 0 ? 1 + i / 20 % 2 : 0, key));
        int arrived = cluster.upstream().at("/skewed").count();

        Figure.print("95 %% of the traffic on one of 3: %d of 1000, %s".formatted(arrived, tally));
        assertThat(arrived).isBetween(990, 1_000);
        assertThat(tally.outcomes())
                .isEqualTo(Map.of("200", (long) arrived, "429", (long) REQUESTS - arrived));
    }

    /// A gateway that has not run a request yet may need longer than a request waits for its lease.
    private static void warmUp() {
        ApiKey key = admin.key(admin.client(admin.reseller(1_000_000), 100_000), Admin.UNLIMITED);
        send(REQUESTS, "/warm-up", 3, key);
    }

    private static void exactly(String quota, int gateways, int limit, ApiKey key) {
        String path = "/" + quota.replaceAll("\\W", "") + "-" + gateways;
        long refused = (long) REQUESTS - limit;

        var tally = send(REQUESTS, path, gateways, key);
        int arrived = cluster.upstream().at(path).count();
        assertThat(tally.outcomes()).isEqualTo(Map.of("200", (long) limit, "429", refused));
        assertThat(arrived).isEqualTo(limit);
        var usage = Map.of("requests", (long) limit, "refused", refused, "served", (long) limit);
        var booked =
                Eventually.within(
                        BOOKED.multipliedBy(2),
                        () -> admin.usage(key.id()),
                        total -> total.entrySet().containsAll(usage.entrySet()));

        Figure.print(
                "quota %s, %d gateway(s): %d of %d arrived; callers %s; usage exact after %d ms"
                        .formatted(quota, gateways, arrived, REQUESTS, tally, booked.toMillis()));
        assertThat(booked).isLessThan(BOOKED);
    }

    private static Tally send(int requests, String path, int gateways, ApiKey key) {
        return load.send(requests, i -> call(path, i % gateways, key));
    }

    private static Call call(String path, int gateway, ApiKey key) {
        return Call.bearer(cluster.gateway(gateway).demo(path), key.secret());
    }
}
