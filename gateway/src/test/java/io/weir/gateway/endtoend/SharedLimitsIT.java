package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// Several gateways hold a caller to its limits as one would.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SharedLimitsIT {

    private static final int REFUSALS = 200;
    private static final int NEW_KEYS = Soak.count(20, 200);
    private static final Duration BOOKED = Duration.ofSeconds(2);

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(SharedLimitsIT.class, 3, Cluster.PATIENT);
        admin = cluster.admin();
        load = new Load(16);
        warmUp();
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void aGroupThatIsExhaustedTakesNothingOfItsClientAndReseller() {
        String reseller = admin.reseller(1_000_000);
        String client = admin.client(reseller, 10_000);
        String group = admin.group(reseller, 10);
        ApiKey key = admin.key(client, Map.of("requests_per_minute", 10_000, "group_id", group));

        var spent = send("/group", REFUSALS + 10, key);

        Figure.print("exhausted group of 10, 3 gateways: %s".formatted(spent));
        assertThat(spent.outcomes()).isEqualTo(Map.of("200", 10L, "429", (long) REFUSALS));
        assertUsed(10, client, reseller);
    }

    @Test
    void aKeyThatIsExhaustedTakesNothingOfItsClientAndReseller() {
        String reseller = admin.reseller(1_000_000);
        String client = admin.client(reseller, 10_000);
        ApiKey key = admin.key(client, Admin.perMinute(3));

        var spent = send("/key", REFUSALS + 3, key);

        Figure.print("exhausted key, 3 gateways: %s".formatted(spent));
        assertThat(spent.outcomes()).isEqualTo(Map.of("200", 3L, "429", (long) REFUSALS));
        assertUsed(3, client, reseller);
    }

    @Test
    void aClientThatIsExhaustedTakesNothingOfItsKeyAndReseller() {
        String reseller = admin.reseller(1_000_000);
        String client = admin.client(reseller, 2);
        ApiKey key = admin.key(client, Admin.perMinute(50));

        var spent = send("/client", REFUSALS + 2, key);
        admin.change(client, Map.of("monthly_quota", 1_000));
        for (int i = 0; i < 3; i++) {
            Call call = call(i, "/client", key);
            Eventually.equal(BOOKED, 200, () -> load.send(call).status());
        }
        var rest = send("/client", 45, key);

        Figure.print("exhausted client, 3 gateways: %s, then raised: %s".formatted(spent, rest));
        assertThat(spent.outcomes()).isEqualTo(Map.of("200", 2L, "429", (long) REFUSALS));
        assertThat(rest.outcomes()).as("%s", rest.first(429)).isEqualTo(Map.of("200", 45L));
        assertUsed(50, client, reseller);
    }

    @Test
    void aPoolThatIsExhaustedTakesNothingOfItsClients() {
        String reseller = admin.reseller(10);
        String greedy = admin.client(reseller, 0, Map.of("overage", Map.of("mode", "unlimited")));
        String other = admin.client(reseller, 10);
        var spent = send("/pool", 20, admin.key(greedy, Admin.UNLIMITED));
        var refusals = send("/pool", REFUSALS, admin.key(other, Admin.UNLIMITED));

        Figure.print(
                "exhausted pool, 3 gateways: %s, another client: %s".formatted(spent, refusals));
        assertThat(spent.outcomes()).isEqualTo(Map.of("200", 10L, "429", 10L));
        assertThat(refusals.outcomes()).isEqualTo(Map.of("429", (long) REFUSALS));
        Eventually.equal(BOOKED, 10L, () -> cluster.tables().used(reseller, "pool"));
        Eventually.equal(BOOKED, 0L, () -> cluster.tables().used(other, "monthly"));
    }

    @Test
    void theFirstRequestsOfANewKeyAreAdmittedSideBySide() {
        Stream.generate(() -> admin.key(client(8), eightAtOnce()))
                .limit(NEW_KEYS)
                .forEach(
                        key -> {
                            Tally tally = send("/new", 8, key);
                            assertThat(tally.outcomes())
                                    .as(() -> tally.first(429).toString())
                                    .isEqualTo(Map.of("200", 8L));
                        });
        Figure.print("first 8 in parallel of %d new keys: all admitted".formatted(NEW_KEYS));
    }

    @Test
    void theFirstThreeAMinutePassWhereverTheyLandAndTheFourthNowhere() {
        assertThreeAMinute();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void gatewaysThatJoinCountWithTheOthers() {
        cluster.grow(5);
        warmUp();
        assertThreeAMinute();
    }

    private static void assertThreeAMinute() {
        int gateways = cluster.gateways().size();
        for (int first = 0; first < gateways; first++) {
            for (int step = 0; step < gateways; step++) {
                ApiKey key = admin.key(client(1_000), Admin.perMinute(3));
                assertFirstThree(key, first, step);
            }
        }
        Figure.print(
                ("3 per minute over %d gateways: 3 passed, the 4th refused by all, %d ways;"
                                + " %.0f decided without Redis")
                        .formatted(
                                gateways,
                                gateways * gateways,
                                cluster.sum("weir_redis_fallbacks_total")));
    }

    private static void assertFirstThree(ApiKey key, int first, int step) {
        for (int i = 0; i < 3; i++) {
            Answer passed = load.send(call(first + i * step, "/three", key));
            assertThat(passed.status()).as(passed.body()).isEqualTo(200);
        }
        for (int i = 0; i < cluster.gateways().size(); i++) {
            Answer refused = load.send(call(i, "/three", key));
            assertThat(refused.status()).as(refused.body()).isEqualTo(429);
        }
    }

    /// A gateway that has not run a request yet may need longer than a request waits for its lease.
    private static void warmUp() {
        send("/warm-up", 3_000, admin.key(client(100_000), Admin.UNLIMITED));
    }

    private static Map<String, Object> eightAtOnce() {
        return Map.of("requests_per_minute", 8, "concurrent_requests", 8);
    }

    private static void assertUsed(long requests, String client, String reseller) {
        Eventually.equal(BOOKED, requests, () -> cluster.tables().used(client, "monthly"));
        Eventually.equal(BOOKED, requests, () -> cluster.tables().used(reseller, "pool"));
    }

    private static String client(long quota) {
        return admin.client(admin.reseller(1_000_000), quota);
    }

    private static Tally send(String path, int requests, ApiKey key) {
        return load.send(requests, i -> call(i, path, key));
    }

    private static Call call(int turn, String path, ApiKey key) {
        return cluster.anywhere(turn, path, key);
    }
}
