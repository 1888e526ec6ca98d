package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Why a request was refused, and what one would meet.
class WhyTest {

    private static final String STARTS =
            "date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'";

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(1_000L);
    final String client = Api.id(api.client(reseller, 100));
    final String key = Api.id(api.key(client));

    @Test
    void aRefusalIsToldWithTheLimitsThatAppliedAndTheOneThatDecided() {
        String request = refused("now()", "refused");
        JsonNode decision = Api.json(api.get("/decisions/" + request).expectStatus().isOk());

        assertThat(decision.get("id").stringValue()).isEqualTo(request);
        assertThat(decision.get("key_id").stringValue()).isEqualTo(key);
        assertThat(decision.get("client_id").stringValue()).isEqualTo(client);
        assertThat(decision.get("reseller_id").stringValue()).isEqualTo(reseller);
        assertThat(decision.get("status").intValue()).isEqualTo(429);
        assertThat(decision.at("/decided_by/cause").stringValue()).isEqualTo("quota");
        assertThat(decision.at("/decided_by/scope").stringValue()).isEqualTo("client");
        assertThat(decision.at("/decided_by/policy").stringValue()).isEqualTo("monthly");
        assertThat(decision.at("/limits/0/policy").stringValue()).isEqualTo("monthly");
        assertThat(decision.at("/limits/0/verdict").stringValue()).isEqualTo("refuses");
        assertThat(decision.at("/limits/0/used").intValue()).isEqualTo(100);
        assertThat(decision.at("/limits/1/limit").stringValue()).isEqualTo("12.50");
        assertThat(decision.at("/limits/1/mode").stringValue()).isEqualTo("observe");
    }

    @Test
    void aRefusalThatIsADayOldIsForgottenAndOneThatNeverWasIsNotThere() {
        api.get("/decisions/" + refused("now() - interval '25 h'", "refused"))
                .expectStatus()
                .isNotFound();
        api.get("/decisions/req_" + UUID.randomUUID()).expectStatus().isNotFound();
    }

    @Test
    void onlyTheLastThousandOfAKeyAreFound() {
        String first = refused("now()", "refused");
        running.rows(
                """
                INSERT INTO weir.decision (id, key_id, reseller_id, decided_at, outcome, route, explanation)
                SELECT weir.next_id(), '%s', '%s', now(), 'refused', 'demo', '{"limits": []}'
                  FROM generate_series(1, 1000)
                """
                        .formatted(uuid(key), uuid(reseller)));

        api.get("/decisions/" + first).expectStatus().isNotFound();
    }

    @Test
    void theRefusalsOfAKeyAreListedTheNewestFirst() {
        List<String> all =
                List.of(
                        refused("now()", "refused"),
                        refused("now()", "observed"),
                        refused("now()", "refused"));
        String path = "/keys/" + key + "/decisions";
        JsonNode page = Api.json(api.get(path + "?limit=2").expectStatus().isOk());

        assertThat(ids(page)).containsExactly(all.get(2), all.get(1));
        String cursor = page.get("next_cursor").stringValue();
        assertThat(ids(Api.json(api.get(path + "?limit=2&cursor=" + cursor))))
                .containsExactly(all.get(0));
        assertThat(ids(Api.json(api.get(path + "?outcome=observed")))).containsExactly(all.get(1));
        api.get(path + "?outcome=admitted").expectStatus().isEqualTo(422);
        api.get(path + "?q=x").expectStatus().isEqualTo(422);
    }

    @Test
    void aKeyWithinItsLimitsWouldBeAdmitted() {
        JsonNode admission = admission("");

        assertThat(admission.get("outcome").stringValue()).isEqualTo("admitted");
        assertThat(admission.get("decided_by").isNull()).isTrue();
        assertThat(
                        admission
                                .get("limits")
                                .valueStream()
                                .map(one -> one.get("policy").stringValue()))
                .containsExactlyInAnyOrder("conc", "rpm", "client-rpm", "monthly", "pool");
        JsonNode monthly = limit(admission, "monthly");
        assertThat(monthly.get("limit").intValue()).isEqualTo(100);
        assertThat(monthly.get("remaining").intValue()).isEqualTo(100);
        assertThat(limit(admission, "rpm").get("limit").intValue()).isEqualTo(60);
        assertThat(limit(admission, "rpm").get("used").isNull()).isTrue();
    }

    @Test
    void aQuotaThatIsSpentDecidesUntilItIsRaised() {
        used(client, "monthly", 100);
        JsonNode spent = admission("");
        api.patch("/clients/" + client, Map.of("monthly_quota", 200)).expectStatus().isOk();

        assertThat(spent.get("outcome").stringValue()).isEqualTo("refused");
        assertThat(spent.at("/decided_by/policy").stringValue()).isEqualTo("monthly");
        assertThat(spent.at("/decided_by/subject_id").stringValue()).isEqualTo(client);
        assertThat(spent.get("text").stringValue())
                .isEqualTo(
                        "A request would be refused by the limit 'monthly' of the client: it is spent.");
        assertThat(admission("").get("outcome").stringValue()).isEqualTo("admitted");
    }

    @Test
    void theGroupOfAKeyIsAmongWhatApplies() {
        String group =
                Api.id(
                        api.post(
                                "/resellers/" + reseller + "/groups",
                                Map.of(
                                        "name",
                                        "Group",
                                        "quota",
                                        Map.of(
                                                "unit", "tokens", "limit", 5, "period",
                                                "monthly"))));
        api.patch("/keys/" + key, Map.of("group_id", group)).expectStatus().isOk();
        used(group, "group-tokens", 5);

        assertThat(admission("").at("/decided_by/scope").stringValue()).isEqualTo("group");
        assertThat(admission("").get("group_id").stringValue()).isEqualTo(group);
    }

    @Test
    void theWindowOfAnInheritedRuleIsLookedAtAtAnyInstant() {
        String rule =
                Api.id(
                        api.post(
                                "/resellers/" + reseller + "/rules",
                                Map.of(
                                        "name",
                                        "Days",
                                        "window",
                                        Map.of("time_zone", "UTC", "hours", "08:00-20:00"))));
        put("/clients/" + client + "/default-rule", rule);
        JsonNode day = admission("?at=2026-03-04T12:00:00Z");
        JsonNode night = admission("?at=2026-03-04T21:00:00Z");

        assertThat(day.get("outcome").stringValue()).isEqualTo("admitted");
        assertThat(day.at("/applied_rule/id").stringValue()).isEqualTo(rule);
        assertThat(day.at("/applied_rule/bound_to").stringValue()).isEqualTo("client");
        assertThat(night.at("/decided_by/cause").stringValue()).isEqualTo("window");
        assertThat(limit(night, "rule-window").get("retry_at").stringValue())
                .isEqualTo("2026-03-05T08:00:00Z");

        api.patch("/rules/" + rule, Map.of("mode", "observe")).expectStatus().isOk();
        JsonNode observed = admission("?at=2026-03-04T21:00:00Z");
        assertThat(observed.get("outcome").stringValue()).isEqualTo("admitted");
        assertThat(limit(observed, "rule-window").get("verdict").stringValue())
                .isEqualTo("refuses");
    }

    @Test
    void whoMayNotCallIsToldBeforeAnyLimit() {
        api.post("/clients/" + client + "/suspend").expectStatus().isOk();

        JsonNode admission = admission("");
        assertThat(admission.at("/decided_by/cause").stringValue()).isEqualTo("suspended");
        assertThat(admission.at("/decided_by/policy").isNull()).isTrue();
        assertThat(admission.get("text").stringValue())
                .isEqualTo("A request would be refused: the client is suspended.");
    }

    @Test
    void aResellersOwnKeyHasNoClient() {
        String own = Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own")));
        JsonNode admission = Api.json(api.get("/keys/" + own + "/admission").expectStatus().isOk());

        assertThat(admission.get("client_id").isNull()).isTrue();
        assertThat(limit(admission, "own").get("limit").intValue()).isEqualTo(900);
    }

    @Test
    void anInstantThatIsNoneIsNamed() {
        api.get("/keys/" + key + "/admission?at=tomorrow")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("?at");
    }

    private JsonNode admission(String query) {
        return Api.json(api.get("/keys/" + key + "/admission" + query).expectStatus().isOk());
    }

    private static JsonNode limit(JsonNode admission, String policy) {
        return admission
                .get("limits")
                .valueStream()
                .filter(one -> one.get("policy").stringValue().equals(policy))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ids(JsonNode page) {
        return page.get("items").valueStream().map(one -> one.get("id").stringValue()).toList();
    }

    private void put(String path, String rule) {
        api.send(org.springframework.http.HttpMethod.PUT, path, Map.of("rule_id", rule), null)
                .expectStatus()
                .isOk();
    }

    private void used(String subject, String policy, long units) {
        running.rows(
                "INSERT INTO weir.counter (subject, policy, starts, used) VALUES ('%s', '%s', %s, %d)"
                        .formatted(uuid(subject), policy, STARTS, units));
    }

    /// As a gateway reports it.
    private String refused(String at, String outcome) {
        String id = running.rows("SELECT weir.next_id()").getFirst();
        running.rows(
                """
                SELECT weir.keep_decisions(jsonb_build_array(jsonb_build_object('id', '%s', 'key_id', '%s',
                    'client_id', '%s', 'reseller_id', '%s', 'at', (extract(epoch FROM %s) * 1000)::bigint,
                    'outcome', '%s', 'route', 'demo', 'explanation', '{"status": 429, "type": "t", "title": "t",
                    "detail": "d", "decided_by": {"cause": "quota", "subject_id": "%s", "policy": "monthly"},
                    "limits": [{"policy": "monthly", "subject_id": "%s", "kind": "quota", "mode": "enforce",
                    "unit": "requests", "limit": 100, "used": 100, "reserved": 0, "remaining": 0,
                    "resets_at": "2026-12-01T00:00:00Z", "refused_for": "quota"}, {"policy": "rule-daily",
                    "subject_id": "%s", "kind": "quota", "mode": "observe", "unit": "credits",
                    "limit": 12500000000}]}'::jsonb)))
                """
                        .formatted(
                                id,
                                uuid(key),
                                uuid(client),
                                uuid(reseller),
                                at,
                                outcome,
                                client,
                                client,
                                key));
        return "req_" + id;
    }

    private static String uuid(String id) {
        return id.substring(4);
    }
}
