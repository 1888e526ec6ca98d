package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the operator changes is obeyed by every gateway at once, while they are busy.
class ChangeIT {

    private static final int ROUNDS = 100;
    private static final int WARM_UP = 20;
    private static final int ONWARD = 10;
    private static final Duration PROMPT = Duration.ofMillis(100);
    private static final Duration AT_ALL = Duration.ofSeconds(2);

    static Cluster cluster;
    static Admin admin;
    static Load load;
    static Load crowd;
    static Traffic busy;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(ChangeIT.class, 2);
        admin = cluster.admin();
        load = new Load(1);
        crowd = new Load(16);
        ApiKey key = admin.key(client(100_000_000), Admin.UNLIMITED);
        busy = crowd.traffic(Duration.ofMillis(3), _ -> call("/crowd", 0, key));
    }

    @AfterAll
    static void stop() {
        Figure.print("background of the changes: %s".formatted(busy.stop()));
        load.close();
        crowd.close();
        cluster.close();
    }

    @Test
    void suspendingAndReactivatingIsObeyedWithinATenthOfASecond() {
        String client = client(1_000_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        toggle(WARM_UP, client, key, new Latencies(), new Latencies());
        var suspended = new Latencies();
        var reactivated = new Latencies();
        toggle(ROUNDS, client, key, suspended, reactivated);

        Figure.print("suspend to 403: %s; reactivate to 200: %s".formatted(suspended, reactivated));
        assertThat(suspended.percentile(99)).isLessThanOrEqualTo(PROMPT);
        assertThat(reactivated.percentile(99)).isLessThanOrEqualTo(PROMPT);
        assertThat(busy.tally().outcomes()).containsOnlyKeys("200");
    }

    @Test
    void aSuspendedResellerStopsAllBelowItAndGetsItBack() {
        String reseller = admin.reseller(1_000_000);
        ApiKey key = admin.key(admin.client(reseller, 1_000), Admin.UNLIMITED);
        obeyed(key, 0, 200);

        admin.command(reseller, "suspend");
        obeyed(key, 0, 403);
        admin.command(reseller, "reactivate");
        obeyed(key, 0, 200);
    }

    @Test
    void aRevokedKeyIsTurnedAwayAndItsSiblingIsNot() {
        String client = client(1_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        ApiKey sibling = admin.key(client, Admin.UNLIMITED);
        obeyed(key, 0, 200);

        admin.command(key.id(), "revoke");
        Duration took = obeyed(key, 0, 403);

        Figure.print("revoke to 403: %d ms".formatted(took.toMillis()));
        assertThat(send(key, 0).body()).contains("urn:weir:problem:key-revoked");
        assertThat(send(sibling, 0).status()).isEqualTo(200);
    }

    @Test
    void aDisabledClientIsTurnedAwayForGood() {
        String client = client(1_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        obeyed(key, 1, 200);

        admin.command(client, "disable");
        Duration took = obeyed(key, 1, 403);

        Figure.print("disable to 403: %d ms".formatted(took.toMillis()));
        assertThat(send(key, 0).status()).isEqualTo(403);
    }

    @Test
    void aDeletedKeyIsUnknown() {
        ApiKey key = admin.key(client(1_000), Admin.UNLIMITED);
        obeyed(key, 1, 200);

        admin.delete(key.id());
        Duration took = obeyed(key, 1, 401);

        Figure.print("delete to 401: %d ms".formatted(took.toMillis()));
    }

    @Test
    void aSuspendedClientsProblemSaysSo() {
        String client = client(1_000);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        admin.command(client, "suspend");
        obeyed(key, 0, 403);

        assertThat(send(key, 0).json().get("type").asString())
                .isEqualTo("urn:weir:problem:client-suspended");
    }

    /// Usage is kept: what remains is the new limit less what was used.
    @Test
    void aQuotaIsEditedDownAndUpInTheMiddleOfItsPeriod() {
        String client = client(5);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        assertThat(load.send(4, call("/edited", 0, key)).outcomes()).isEqualTo(Map.of("200", 4L));

        admin.change(client, Map.of("monthly_quota", 3));
        Duration down = obeyed(key, 0, 429);
        admin.change(client, Map.of("monthly_quota", 10));
        Duration up = obeyedOnce(key, 0, 200);
        var rest = load.send(20, call("/edited", 0, key));

        Figure.print(
                "quota 5, 4 used, then 3: 429 after %d ms; then 10: 200 after %d ms, rest %s"
                        .formatted(down.toMillis(), up.toMillis(), rest));
        assertThat(rest.count(200)).isEqualTo(10 - 4 - 1);
        Eventually.equal(AT_ALL, 10L, () -> cluster.tables().used(client, "monthly"));
    }

    @Test
    void aKeysRateIsEdited() {
        ApiKey key = admin.key(client(1_000_000), Admin.perMinute(1));
        assertThat(load.send(5, call("/rate", 0, key)).count(200)).isEqualTo(1);

        admin.change(key.id(), Map.of("requests_per_minute", 1_000_000));
        Duration up = obeyed(key, 0, 200);
        admin.change(key.id(), Map.of("requests_per_minute", 1));
        Eventually.equal(PROMPT, 429, () -> send(key, 0).status());

        Figure.print("rate 1 raised: 200 after %d ms".formatted(up.toMillis()));
    }

    private static void toggle(
            int rounds, String client, ApiKey key, Latencies suspended, Latencies reactivated) {
        for (int round = 0; round < rounds; round++) {
            admin.command(client, "suspend");
            suspended.add(obeyed(key, round % 2, 403));
            admin.command(client, "reactivate");
            reactivated.add(obeyed(key, round % 2, 200));
        }
    }

    /// From now until a gateway first obeys. From then on, it must not waver.
    private static Duration obeyed(ApiKey key, int gateway, int status) {
        Duration took = obeyedOnce(key, gateway, status);
        var onward = load.send(ONWARD, call("/obeyed", gateway, key));
        assertThat(onward.outcomes()).isEqualTo(Map.of(Integer.toString(status), (long) ONWARD));
        return took;
    }

    private static Duration obeyedOnce(ApiKey key, int gateway, int status) {
        return Eventually.equal(AT_ALL, status, () -> send(key, gateway).status());
    }

    private static Answer send(ApiKey key, int gateway) {
        return load.send(call("/obeyed", gateway, key));
    }

    private static String client(long quota) {
        return admin.client(admin.reseller(1_000_000_000), quota);
    }

    private static Call call(String path, int gateway, ApiKey key) {
        return Call.bearer(cluster.gateway(gateway).demo(path), key.secret());
    }
}
