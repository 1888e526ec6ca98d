package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Traffic over three gateways that reaches a percentage of a quota.
class AlertIT {

    private static final Duration TOLD = Duration.ofSeconds(3);

    static Cluster cluster;
    static Admin admin;
    static Load load;
    static String reseller;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(AlertIT.class, 3, Cluster.PATIENT);
        admin = cluster.admin();
        load = new Load(16);
        reseller = admin.reseller(1_000_000);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void eachPercentageOfAClientsQuotaThatTrafficReachesIsThereOnce() {
        String client =
                admin.client(reseller, 1_000, Map.of("alert_percents", List.of(50, 80, 100)));
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        assertThat(send(450, key).count(200)).isEqualTo(450);
        Eventually.equal(TOLD, 450L, () -> cluster.tables().used(client, "monthly"));
        assertThat(percents(client)).isEmpty();

        assertThat(send(800, key).count(200)).isEqualTo(550);
        Eventually.equal(TOLD, List.of(50, 80, 100), () -> percents(client));
        JsonNode first = alerts(client).get(0);
        Figure.print("alerts of 1,000 over 3 gateways: %s".formatted(alerts(client)));
        assertThat(first.get("limit").asLong()).isEqualTo(1_000);
        assertThat(first.get("used").asLong()).isBetween(500L, 1_000L);

        admin.change(client, Map.of("monthly_quota", 1_200));
        Eventually.equal(TOLD, 200, () -> load.send(call(0, key)).status());
        send(300, key);
        Eventually.equal(TOLD, 1_200L, () -> cluster.tables().used(client, "monthly"));
        assertThat(percents(client)).containsExactly(50, 80, 100);
    }

    @Test
    void aKeysAndAGroupsQuotasAreToldOfToo() {
        String group = admin.group(reseller, 10);
        Map<String, Object> limits = new HashMap<>(Admin.UNLIMITED);
        limits.put("group_id", group);
        limits.put("requests_per_day", 12);
        ApiKey key = admin.key(admin.client(reseller, 100), limits);
        assertThat(send(20, key).count(200)).isEqualTo(10);

        Eventually.equal(TOLD, List.of(80), () -> percents(group));
        Eventually.equal(TOLD, List.of(80), () -> percents(key.id()));
        assertThat(alerts(group).get(0).get("policy").asString()).isEqualTo("group-requests");
        assertThat(alerts(key.id()).get(0).get("policy").asString()).isEqualTo("rpd");
    }

    private static List<Integer> percents(String subject) {
        return alerts(subject).valueStream().map(one -> one.get("percent").asInt()).toList();
    }

    private static JsonNode alerts(String subject) {
        return admin.get("/alerts?subject=" + subject).get("items");
    }

    private static Tally send(int requests, ApiKey key) {
        return load.send(requests, turn -> call(turn, key));
    }

    private static Call call(int turn, ApiKey key) {
        return cluster.anywhere(turn, "/alerts", key);
    }
}
