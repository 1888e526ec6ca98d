package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A refusal at a gateway, and what the admin API tells about it.
class WhyIT {

    private static final Duration TOLD = Duration.ofSeconds(2);
    private static final List<String> NOT_FOR_CLIENTS = List.of("cost", "margin", "balance");

    static Cluster cluster;
    static Admin admin;
    static Load load;
    static String reseller;

    @BeforeAll
    static void start() {
        cluster = Cluster.shared();
        admin = cluster.admin();
        load = new Load(16);
        reseller = admin.reseller(1_000_000);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.assertNoKeyInLogs();
    }

    @Test
    void aRefusalIsExplainedWithinTwoSecondsWhereItSaysSo() {
        String client = admin.client(reseller, 2);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        load.send(2, call("/why", key));
        Answer refused = load.send(call("/why", key));
        String request = refused.json().get("request-id").asString();

        assertThat(refused.json().get("explain").asString())
                .isEqualTo("/api/v1/decisions/" + request);
        assertThat(NOT_FOR_CLIENTS).noneMatch(refused.body()::contains);
        Duration waited = Eventually.equal(TOLD, 200, () -> load.send(decision(request)).status());
        JsonNode told = load.send(decision(request)).json();
        Figure.print("why: found after %d ms: %s".formatted(waited.toMillis(), told));
        assertThat(told.at("/decided_by/policy").asString()).isEqualTo("monthly");
        assertThat(told.at("/decided_by/subject_id").asString()).isEqualTo(client);
        assertThat(told.get("status").asInt()).isEqualTo(429);
        assertThat(told.get("key_id").asString()).isEqualTo(key.id());
        JsonNode monthly = limit(told, "monthly");
        assertThat(monthly.get("used").asLong() + monthly.get("reserved").asLong()).isEqualTo(2);
        assertThat(monthly.get("verdict").asString()).isEqualTo("refuses");
        assertThat(limit(told, "pool").get("verdict").asString()).isEqualTo("admits");
        assertThat(limit(told, "rpm").get("limit").asLong()).isEqualTo(1_000_000_000L);
    }

    @Test
    void whatAKeyWouldMeetNowIsWhatItMeets() {
        String client = admin.client(reseller, 3);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        assertThat(admission(key).get("outcome").asString()).isEqualTo("admitted");
        assertThat(load.send(3, call("/now", key)).count(200)).isEqualTo(3);

        Eventually.equal(TOLD, "refused", () -> admission(key).get("outcome").asString());
        assertThat(load.send(call("/now", key)).status()).isEqualTo(429);
        assertThat(admission(key).at("/decided_by/policy").asString()).isEqualTo("monthly");
        admin.change(client, Map.of("monthly_quota", 10));
        assertThat(admission(key).get("outcome").asString()).isEqualTo("admitted");
        Eventually.equal(TOLD, 200, () -> load.send(call("/now", key)).status());
    }

    @Test
    void aSuspendedClientsRefusalsAreExplainedToo() {
        String client = admin.client(reseller, 100);
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        admin.command(client, "suspend");
        Eventually.equal(TOLD, 403, () -> load.send(call("/suspended", key)).status());
        String request = load.send(call("/suspended", key)).json().get("request-id").asString();

        Eventually.equal(TOLD, 200, () -> load.send(decision(request)).status());
        JsonNode told = load.send(decision(request)).json();
        assertThat(told.at("/decided_by/cause").asString()).isEqualTo("suspended");
        assertThat(told.at("/decided_by/scope").asString()).isEqualTo("client");
        assertThat(limit(told, "monthly").get("verdict").asString()).isEqualTo("admits");
    }

    @Test
    void nothingIsKeptOfACallerWhoIsNotKnown() {
        var unknown =
                Call.bearer(
                        cluster.gateway(0).demo("/unknown"),
                        "weir_sk_0123456789012345678901234567890123");
        Answer refused = load.send(unknown);

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().get("explain").asString()).isEqualTo("/weir/v1/me");
        assertThat(load.send(decision(refused.json().get("request-id").asString())).status())
                .isEqualTo(404);
    }

    @Test
    void ofAStormTheLastThousandAreKeptWithAStatementATick() {
        ApiKey key = admin.key(admin.client(reseller, 1), Admin.UNLIMITED);
        load.send(call("/storm", key));
        assertThat(load.send(3_000, call("/storm", key)).count(429)).isEqualTo(3_000);
        String last = load.send(call("/storm", key)).json().get("request-id").asString();

        Duration waited = Eventually.equal(TOLD, 200, () -> load.send(decision(last)).status());
        double dropped = cluster.sum("weir_decisions_dropped_total");
        int listed = 0;
        JsonNode page = decisions(key, "?limit=200");
        while (true) {
            listed += page.get("items").size();
            if (page.get("next_cursor").isNull()) {
                break;
            }
            page = decisions(key, "?limit=200&cursor=" + page.get("next_cursor").asString());
        }
        Figure.print(
                "storm of 3,001 refusals: %d listed, the last one found after %d ms, %.0f dropped"
                        .formatted(listed, waited.toMillis(), dropped));
        assertThat(listed).isBetween(1_000, 2_000);
    }

    @Test
    void aRuleThatOnlyObservesRefusesNothingAndWhatItWouldHaveRefusedIsCountedAndListed() {
        ApiKey key = admin.key(admin.client(reseller, 100), Admin.UNLIMITED);
        String rule = admin.make(reseller, "rules", closedNow());
        admin.bind(key.id(), "rule", Map.of("rule_id", rule));
        double before = cluster.sum("weir_observed_total");
        Eventually.within(
                TOLD,
                () -> {
                    assertThat(load.send(call("/observe", key)).status()).isEqualTo(200);
                    return cluster.sum("weir_observed_total") - before;
                },
                counted -> counted > 0);
        assertThat(load.send(5, call("/observe", key)).count(200)).isEqualTo(5);
        double counted = cluster.sum("weir_observed_total") - before;

        Eventually.equal(TOLD, (int) counted, () -> decisions(key, "").get("items").size());
        JsonNode observed = decisions(key, "?outcome=observed").get("items").get(0);
        Figure.print("observed %.0f: %s".formatted(counted, observed));
        assertThat(observed.get("outcome").asString()).isEqualTo("observed");
        assertThat(observed.get("status").isNull()).isTrue();
        assertThat(limit(observed, "rule-window").get("mode").asString()).isEqualTo("observe");
        assertThat(limit(observed, "rule-window").get("cause").asString()).isEqualTo("window");
        assertThat(admission(key).get("outcome").asString()).isEqualTo("admitted");
        assertThat(decisions(key, "?outcome=refused").get("items")).isEmpty();
    }

    /// A rule whose hours begin in an hour or so, and last one.
    private static Map<String, Object> closedNow() {
        var hour = DateTimeFormatter.ofPattern("HH:00");
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        String hours = now.plusHours(2).format(hour) + "-" + now.plusHours(3).format(hour);
        Map<String, Object> rule = new HashMap<>();
        rule.put("mode", "observe");
        rule.put("window", Map.of("time_zone", "UTC", "hours", hours));
        return rule;
    }

    private static JsonNode limit(JsonNode decision, String policy) {
        return decision.get("limits")
                .valueStream()
                .filter(one -> one.get("policy").asString().equals(policy))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode admission(ApiKey key) {
        return admin.get("/keys/" + key.id() + "/admission");
    }

    private static JsonNode decisions(ApiKey key, String query) {
        return admin.get("/keys/" + key.id() + "/decisions" + query);
    }

    private static Call decision(String request) {
        return admin.call("/decisions/" + request);
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
