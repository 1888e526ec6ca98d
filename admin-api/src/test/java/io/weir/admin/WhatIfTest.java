package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// Whom an edit of a rule would block, before it is made.
class WhatIfTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String client = Api.id(api.client(reseller, 1));
    final String key = Api.id(api.key(client));
    final String other = Api.id(api.key(client));
    final String rule = rule("Edited", "100");

    @Test
    void aLimitLoweredBelowWhatIsUsedBlocksInTheWordsOfTheRefusal() {
        bind("/keys/" + key + "/rule", rule);
        bind("/keys/" + other + "/rule", rule);
        use(key, 60);
        use(other, 49);

        JsonNode answer = whatIf(credits("50"));

        assertThat(answer.get("checked").intValue()).isEqualTo(2);
        assertThat(answer.at("/rule/limit_text").stringValue())
                .isEqualTo("Daily Credits limit 50.00");
        assertThat(answer.get("blocked")).hasSize(1);
        JsonNode blocked = answer.at("/blocked/0");
        assertThat(blocked.get("key_id").stringValue()).isEqualTo(key);
        assertThat(blocked.get("client_id").stringValue()).isEqualTo(client);
        assertThat(blocked.get("bound_to").stringValue()).isEqualTo("key");
        assertThat(blocked.get("reason").stringValue()).isEqualTo("quota-exceeded");
        assertThat(blocked.get("detail").stringValue())
                .isEqualTo("60.00 of 50.00 credits of the limit 'rule-daily' are used.");
        assertThat(blocked.get("limit").stringValue()).isEqualTo("50.00");
        assertThat(blocked.get("used").stringValue()).isEqualTo("60.00");
        assertThat(Instant.parse(blocked.get("retry_at").stringValue()))
                .isEqualTo(today().plusDays(1).toInstant());
        assertThat(blocked.get("already_blocked").booleanValue()).isFalse();
    }

    @Test
    void whoIsBlockedAlreadyIsSaidToBe() {
        bind("/keys/" + key + "/rule", rule);
        use(key, 100);

        assertThat(whatIf(credits("50")).at("/blocked/0/already_blocked").booleanValue()).isTrue();
        assertThat(whatIf(credits("100.000000001")).get("blocked")).isEmpty();
    }

    @Test
    void keysThatInheritItAreCheckedAndThoseWithAnotherRuleAreNot() {
        String own = Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own")));
        String third = Api.id(api.key(Api.id(api.client(reseller, 1))));
        bind("/keys/" + other + "/rule", rule("Another", "100"));
        bind("/clients/" + client + "/default-rule", rule);
        bind("/resellers/" + reseller + "/default-rule", rule);
        List.of(key, other, own, third).forEach(used -> use(used, 60));

        JsonNode answer = whatIf(credits("50"));

        assertThat(answer.get("checked").intValue()).isEqualTo(3);
        assertThat(keys(answer)).containsExactlyInAnyOrder(key, own, third);
        assertThat(
                        answer.get("blocked")
                                .valueStream()
                                .map(blocked -> blocked.get("bound_to").stringValue()))
                .containsExactlyInAnyOrder("client", "reseller", "reseller");
    }

    @Test
    void aWindowThatIsClosedNowBlocksUntilItOpens() {
        bind("/keys/" + key + "/rule", rule);
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        var hour = DateTimeFormatter.ofPattern("HH:00");
        String hours = now.plusHours(2).format(hour) + "-" + now.plusHours(3).format(hour);

        JsonNode answer = whatIf(Map.of("window", Map.of("time_zone", "UTC", "hours", hours)));

        assertThat(answer.at("/blocked/0/reason").stringValue()).isEqualTo("outside-access-window");
        assertThat(answer.at("/blocked/0/detail").stringValue())
                .isEqualTo("Calls are not allowed at this time.");
        assertThat(answer.at("/blocked/0/limit").isNull()).isTrue();
        assertThat(Instant.parse(answer.at("/blocked/0/retry_at").stringValue()))
                .isBetween(Instant.now().plusSeconds(3_600), Instant.now().plusSeconds(7_200));
    }

    @Test
    void aRuleThatIsDisabledOrObservesBlocksNobody() {
        bind("/keys/" + key + "/rule", rule);
        use(key, 100);

        assertThat(whatIf(Map.of("enabled", false)).get("blocked")).isEmpty();
        assertThat(whatIf(Map.of("mode", "observe")).get("blocked")).isEmpty();
        api.post("/rules/" + rule + "/deactivate").expectStatus().isOk();
        JsonNode activated = whatIf(Map.of("enabled", true));
        assertThat(keys(activated)).containsExactly(key);
        assertThat(activated.at("/blocked/0/already_blocked").booleanValue()).isFalse();
    }

    @Test
    void keysAreCheckedPageByPage() {
        bind("/clients/" + client + "/default-rule", rule);
        use(key, 60);
        use(other, 60);
        List<String> found = new ArrayList<>();
        String query = "?limit=1";
        while (!query.isEmpty()) {
            JsonNode page = answered(ask(query, credits("50")));
            assertThat(page.get("checked").intValue()).isEqualTo(1);
            found.addAll(keys(page));
            JsonNode next = page.get("next_cursor");
            query = next.isNull() ? "" : "?limit=1&cursor=" + next.stringValue();
        }

        assertThat(found).containsExactly(key, other);
    }

    @Test
    void nothingIsStored() {
        bind("/keys/" + key + "/rule", rule);
        List<String> before = Stored.versions(running);

        whatIf(Map.of("name", "New", "enabled", false));

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    private JsonNode whatIf(Map<String, ?> edit) {
        return answered(ask("", edit));
    }

    private ResponseSpec ask(String query, Map<String, ?> edit) {
        return api.post("/rules/" + rule + "/what-if" + query, edit);
    }

    private static JsonNode answered(ResponseSpec answer) {
        return Api.json(answer.expectStatus().isOk());
    }

    private static Map<String, ?> credits(String credits) {
        return Map.of("quota", Map.of("credits", credits));
    }

    private static List<String> keys(JsonNode answer) {
        return answer.get("blocked")
                .valueStream()
                .map(blocked -> blocked.get("key_id").stringValue())
                .toList();
    }

    private String rule(String name, String credits) {
        return Api.id(
                api.post(
                        "/resellers/" + reseller + "/rules",
                        Map.of(
                                "name",
                                name,
                                "quota",
                                Map.of("period", "daily", "credits", credits))));
    }

    private void bind(String path, String to) {
        api.send(HttpMethod.PUT, path, Map.of("rule_id", to), null).expectStatus().isOk();
    }

    /// Credits used today, as gateways reported them.
    private void use(String used, long credits) {
        running.rows(
                "INSERT INTO weir.counter (subject, policy, starts, used) VALUES ('%s', 'rule-daily', '%s', %d)"
                        .formatted(
                                used.substring(4), today().toInstant(), credits * 1_000_000_000));
    }

    private static ZonedDateTime today() {
        return ZonedDateTime.now(ZoneOffset.UTC).toLocalDate().atStartOfDay(ZoneOffset.UTC);
    }
}
