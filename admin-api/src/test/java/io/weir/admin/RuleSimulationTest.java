package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// What a rule would have rejected of what was used in the past.
class RuleSimulationTest {

    private static final Map<String, ?> FIVE_A_DAY =
            Map.of("quota", Map.of("period", "daily", "credits", "5"));
    private static final Map<String, ?> MORNINGS =
            Map.of("window", Map.of("time_zone", "UTC+1", "hours", "06:00-12:00"));

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final Fixture fixture = Fixture.of(api);

    @BeforeEach
    void aRequestCostsOneCreditAndTheDearModelTwo() {
        api.send(
                        HttpMethod.PUT,
                        "/prices",
                        """
                        [{"route": "*", "model": "*", "per_request": "9"},
                         {"route": "*", "model": "dear", "per_request": "7"},
                         {"route": "demo", "model": "*", "per_request": "1"},
                         {"route": "demo", "model": "dear", "per_request": "2"}]
                        """,
                        "*")
                .expectStatus()
                .isOk();
    }

    @Test
    void aLimitRejectsWhatIsBeyondItUntilTheDayEnds() {
        use("2021-03-01T10:00Z", "demo", "", "served", 3);
        use("2021-03-01T11:00Z", "demo", "dear", "failed", 1);
        use("2021-03-01T12:00Z", "demo", "", "canceled", 2);
        use("2021-03-01T13:00Z", "demo", "", "refused", 100);
        use("2021-03-01T23:59Z", "other", "", "served", 3);
        use("2021-03-02T00:00Z", "demo", "", "served", 5);

        JsonNode answer = simulated(FIVE_A_DAY, fixture.key(), "2021-03-01", "2021-03-03");

        assertThat(answer.at("/rule/text").stringValue())
                .isEqualTo("Daily Credits limit 5.00; At any time");
        assertThat(answer.get("resolution").stringValue()).isEqualTo("minute");
        assertThat(answer.get("priced_by").stringValue()).isEqualTo("per_request");
        assertThat(answer.get("requests").intValue()).isEqualTo(14);
        assertThat(answer.get("credits").stringValue()).isEqualTo("39.00");
        assertThat(answer.get("rejected").intValue()).isEqualTo(5);
        assertThat(answer.get("rejected_by").toString()).isEqualTo("{\"quota-exceeded\":5}");
        assertThat(answer.get("complete").booleanValue()).isTrue();
        assertThat(answer.get("rejections")).hasSize(1);
        JsonNode rejection = answer.at("/rejections/0");
        assertThat(rejection.get("key_id").stringValue()).isEqualTo(fixture.key());
        assertThat(rejection.get("policy").stringValue()).isEqualTo("rule-daily");
        assertThat(rejection.get("first_at").stringValue()).isEqualTo("2021-03-01T12:00:00Z");
        assertThat(rejection.get("last_at").stringValue()).isEqualTo("2021-03-01T23:59:00Z");
        assertThat(rejection.get("retry_at").stringValue()).isEqualTo("2021-03-02T00:00:00Z");
        assertThat(rejection.get("requests").intValue()).isEqualTo(5);
    }

    @Test
    void outsideItsHoursAWindowRejectsUntilItOpensNext() {
        use("2021-03-01T04:59Z", "demo", "", "served", 1);
        use("2021-03-01T05:00Z", "demo", "", "served", 2);
        use("2021-03-01T10:59Z", "demo", "", "served", 4);
        use("2021-03-01T11:00Z", "demo", "", "served", 8);
        use("2021-03-02T04:59Z", "demo", "", "served", 16);

        JsonNode answer = simulated(MORNINGS, fixture.client(), "2021-03-01", "2021-03-03");

        assertThat(answer.get("rejected_by").toString())
                .isEqualTo("{\"outside-access-window\":25}");
        assertThat(answer.get("rejections").valueStream().map(one -> one.get("requests").asInt()))
                .containsExactly(1, 24);
        assertThat(answer.at("/rejections/1/retry_at").stringValue())
                .isEqualTo("2021-03-02T05:00:00Z");
    }

    @Test
    void whatWasUsedEarlierInThePeriodCounts() {
        use("2021-03-01T10:00Z", "demo", "", "served", 4);
        use("2021-03-01T20:00Z", "demo", "", "served", 4);

        JsonNode answer =
                simulated(
                        FIVE_A_DAY, fixture.key(), "2021-03-01T20:00:00Z", "2021-03-01T21:00:00Z");

        assertThat(answer.get("requests").intValue()).isEqualTo(4);
        assertThat(answer.get("rejected").intValue()).isEqualTo(3);
    }

    @Test
    void eachKeyOfAClientOrResellerHasItsOwnCounter() {
        String second = Api.id(api.key(fixture.client()));
        use("2021-03-01T10:00Z", "demo", "", "served", 6);
        use(second, "2021-03-01T10:00Z", "demo", "", "served", 7);

        for (String subject : List.of(fixture.client(), fixture.reseller())) {
            JsonNode answer = simulated(FIVE_A_DAY, subject, "2021-03-01", "2021-03-02");
            assertThat(answer.get("keys").intValue()).isEqualTo(2);
            assertThat(answer.get("rejected").intValue()).isEqualTo(1 + 2);
        }
        assertThat(
                        simulated(FIVE_A_DAY, second, "2021-03-01", "2021-03-02")
                                .get("rejected")
                                .intValue())
                .isEqualTo(2);
    }

    @Test
    void aSavedRuleIsRunAsIfItWereInForceAndNothingIsStored() {
        use("2021-03-01T10:00Z", "demo", "", "served", 6);
        api.patch(
                        "/rules/" + fixture.rule(),
                        """
                        {"quota": {"period": "daily", "credits": "5"}, "enabled": false, "mode": "observe"}
                        """)
                .expectStatus()
                .isOk();
        List<String> before = Stored.versions(running);

        JsonNode answer =
                Api.json(
                        ask(null, fixture.rule(), fixture.key(), "2021-03-01", "2021-03-02")
                                .expectStatus()
                                .isOk());

        assertThat(answer.get("rejected").intValue()).isEqualTo(1);
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void withoutUsageNothingIsRejected() {
        JsonNode answer = simulated(FIVE_A_DAY, fixture.key(), "2021-03-01", "2021-03-02");

        assertThat(answer.get("requests").intValue()).isZero();
        assertThat(answer.get("rejections")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2021-03-02, 2021-03-02, /from",
        "2021-03-02, 2021-03-01, /from",
        "2021-03-01, 2021-06-02, /from"
    })
    void aTimeThatIsNoneOrTooLongIsRefused(String from, String to, String pointer) {
        invalid(ask(FIVE_A_DAY, null, fixture.key(), from, to), pointer);
    }

    @Test
    void itTakesOneRuleAndTheUsageOfAKeyClientOrReseller() {
        String from = "2021-03-01";
        String to = "2021-03-02";
        String nobodys = "rul_" + UUID.randomUUID();
        invalid(ask(null, null, fixture.key(), from, to), "/rule");
        invalid(ask(FIVE_A_DAY, fixture.rule(), fixture.key(), from, to), "/rule_id");
        invalid(ask(null, nobodys, fixture.key(), from, to), "/rule_id");
        invalid(ask(FIVE_A_DAY, null, fixture.group(), from, to), "/subject");
        invalid(ask(Map.of("mode", "dream"), null, fixture.key(), from, to), "/rule/mode");
    }

    @Test
    void fortyThousandRowsAreSimulatedAndNoMore() {
        use(fixture.key(), 40_000, "2021-01-01T00:00Z");
        JsonNode answer = simulated(FIVE_A_DAY, fixture.key(), "2021-01-03", "2021-02-03");

        assertThat(answer.get("requests").intValue()).isEqualTo(40_000 - 2 * 24 * 60);
        assertThat(answer.get("complete").booleanValue()).isTrue();
        use(fixture.key(), 1, "2021-02-01T00:00Z");
        invalid(ask(FIVE_A_DAY, null, fixture.key(), "2021-01-03", "2021-02-03"), "/from");
    }

    @Test
    void atMostAThousandRejectionsAreListed() {
        use(null, 1_001, "2021-03-01T00:00Z");
        Map<String, ?> none = Map.of("quota", Map.of("period", "daily", "credits", "0"));

        JsonNode answer = simulated(none, fixture.reseller(), "2021-03-01", "2021-03-02");

        assertThat(answer.get("rejections")).hasSize(1_000);
        assertThat(answer.get("complete").booleanValue()).isFalse();
        assertThat(answer.get("rejected").intValue()).isEqualTo(1_001);
    }

    private JsonNode simulated(Map<String, ?> rule, String subject, String from, String to) {
        return Api.json(ask(rule, null, subject, from, to).expectStatus().isOk());
    }

    private ResponseSpec ask(
            @Nullable Map<String, ?> rule,
            @Nullable String ruleId,
            String subject,
            String from,
            String to) {
        Map<String, @Nullable Object> body = new HashMap<>();
        if (rule != null) {
            body.put("rule", rule);
        }
        body.put("rule_id", ruleId);
        body.put("subject", subject);
        body.put("from", instant(from));
        body.put("to", instant(to));
        return api.post("/rules/simulate", body);
    }

    private static String instant(String text) {
        return text.contains("T") ? text : text + "T00:00:00Z";
    }

    private void use(String minute, String route, String model, String outcome, int requests) {
        use(fixture.key(), minute, route, model, outcome, requests);
    }

    private void use(
            String key, String minute, String route, String model, String outcome, int requests) {
        running.rows(
                """
                INSERT INTO weir.usage_minute (minute, key_id, client_id, reseller_id, route, model, outcome, requests)
                VALUES ('%s', '%s', '%s', '%s', '%s', '%s', '%s', %d)
                """
                        .formatted(
                                minute,
                                key.substring(4),
                                fixture.client().substring(4),
                                fixture.reseller().substring(4),
                                route,
                                model,
                                outcome,
                                requests));
    }

    /// A request in each of so many minutes; of as many keys, if none is named.
    private void use(@Nullable String key, int minutes, String from) {
        running.rows(
                """
                INSERT INTO weir.usage_minute (minute, key_id, client_id, reseller_id, route, outcome, requests)
                SELECT '%s'::timestamptz + i * interval '1 min', %s, '%s', '%s', 'demo', 'served', 1
                  FROM generate_series(0, %d) AS i
                """
                        .formatted(
                                from,
                                key == null ? "gen_random_uuid()" : "'" + key.substring(4) + "'",
                                fixture.client().substring(4),
                                fixture.reseller().substring(4),
                                minutes - 1));
    }

    private static void invalid(ResponseSpec answer, String pointer) {
        answer.expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(List.of(pointer));
    }
}
