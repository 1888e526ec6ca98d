package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an operator sets, and what a caller then meets, for each kind of policy.
class PoliciesIT {

    private static final Duration OBEYED = Duration.ofSeconds(2);

    static Cluster cluster;
    static Admin admin;
    static Load load;
    static String reseller;
    String client;

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

    @BeforeEach
    void aNewClient() {
        client = admin.client(reseller, 10_000);
    }

    @Test
    void keysOfAGroupShareItsQuotaAndOneThatIsMovedOutHasItsOwnAgain() {
        String group = group("requests", 5);
        ApiKey first = key(Map.of("group_id", group));
        ApiKey second = key(Map.of("group_id", group));
        var passed = load.send(3, call("/group", first));
        var others = load.send(10, call("/group", second));

        Figure.print("group of 5: %s, then its other key %s".formatted(passed, others));
        assertThat(passed.count(200) + others.count(200)).isEqualTo(5);
        assertThat(others.first(429).getFirst().body()).contains("group-requests");
        Eventually.equal(OBEYED, 5L, () -> used(group));

        Map<String, Object> out = new HashMap<>();
        out.put("group_id", null);
        admin.bind(second.id(), "group", out);
        Eventually.equal(OBEYED, 200, () -> status("/group", second));
    }

    @Test
    void outsideItsRulesWindowAKeyIsToldWhenItOpensAndADisabledRuleRestrictsNothing() {
        ApiKey key = key(Map.of());
        String rule = admin.make(reseller, "rules", closedNow("enforce"));
        admin.bind(client, "default-rule", Map.of("rule_id", rule));
        Eventually.equal(OBEYED, 403, () -> status("/window", key));
        Answer refused = load.send(call("/window", key));

        assertThat(refused.body()).contains("outside-access-window");
        assertThat(Long.parseLong(refused.header("Retry-After").orElseThrow()))
                .isBetween(3_000L, 2 * 3_600L);
        admin.command(rule, "deactivate");
        Eventually.equal(OBEYED, 200, () -> status("/window", key));
    }

    @Test
    void aRuleInObserveModeRefusesNothingAndIsCounted() {
        ApiKey key = key(Map.of());
        String rule = admin.make(reseller, "rules", closedNow("observe"));
        admin.bind(key.id(), "rule", Map.of("rule_id", rule));
        Eventually.within(
                OBEYED,
                () -> {
                    assertThat(status("/observe", key)).isEqualTo(200);
                    return cluster.gateway(0).program().management("/actuator/prometheus");
                },
                metrics -> metrics.contains("weir_observed_total{policy=\"rule-window\""));
    }

    @Test
    void aTokenQuotaOfNothingRefusesUntilItIsRaised() {
        ApiKey key = key(Map.of("token_quota", Map.of("limit", 0, "reset", "manual")));
        Answer refused = load.send(call("/tokens", key));

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body()).contains("\"tokens\"");
        assertThat(refused.header("Retry-After")).isEmpty();
        admin.change(key.id(), Map.of("token_quota", Map.of("limit", 5)));
        Eventually.equal(OBEYED, 200, () -> status("/tokens", key));
    }

    @Test
    void requestsPerDayEndWithTheDay() {
        ApiKey key = key(Map.of("requests_per_day", 2));
        var sent = load.send(5, call("/day", key));

        assertThat(sent.outcomes()).isEqualTo(Map.of("200", 2L, "429", 3L));
        assertThat(sent.first(429).getFirst().body()).contains("rpd");
        assertThat(Long.parseLong(sent.first(429).getFirst().header("Retry-After").orElseThrow()))
                .isBetween(1L, 25 * 3_600L);
    }

    /// Usage is kept: what remains is the new limit less what was used.
    @Test
    void aKeyThatIsSpentIsRevivedByAHigherLimitAndStoppedByALowerOne() {
        ApiKey key = key(Map.of("requests_per_day", 3));
        assertThat(load.send(5, call("/revived", key)).count(200)).isEqualTo(3);

        admin.change(key.id(), Map.of("requests_per_day", 10));
        Eventually.equal(OBEYED, 200, () -> status("/revived", key));
        assertThat(load.send(4, call("/revived", key)).count(200)).isEqualTo(4);
        admin.change(key.id(), Map.of("requests_per_day", 8));
        Eventually.equal(OBEYED, 429, () -> status("/revived", key));
        assertThat(cluster.upstream().at("/revived").count()).isEqualTo(8);
        admin.change(key.id(), Map.of("requests_per_day", 9));
        Eventually.equal(OBEYED, 200, () -> status("/revived", key));
        assertThat(load.send(5, call("/revived", key)).outcomes()).isEqualTo(Map.of("429", 5L));
        Eventually.equal(OBEYED, 9L, () -> cluster.tables().forwarded(key.id()));
    }

    private static long used(String group) {
        return admin.get("/groups/" + group).at("/quota/used").asLong();
    }

    private static String group(String unit, long limit) {
        return admin.make(
                reseller,
                "groups",
                Map.of("quota", Map.of("unit", unit, "limit", limit, "period", "daily")));
    }

    /// A rule whose hours begin in an hour or so, and last one.
    private static Map<String, ?> closedNow(String mode) {
        var hour = DateTimeFormatter.ofPattern("HH:00");
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        String hours = now.plusHours(2).format(hour) + "-" + now.plusHours(3).format(hour);
        return Map.of(
                "enabled",
                true,
                "mode",
                mode,
                "window",
                Map.of("time_zone", "UTC", "hours", hours));
    }

    private ApiKey key(Map<String, ?> limits) {
        Map<String, Object> all = new HashMap<>(Admin.UNLIMITED);
        all.putAll(limits);
        return admin.key(client, all);
    }

    private static int status(String path, ApiKey key) {
        return load.send(call(path, key)).status();
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
