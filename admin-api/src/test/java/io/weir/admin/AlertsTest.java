package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// At how many percent somebody wants to know, and what was put down.
class AlertsTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(10_000L);
    final String client = Api.id(api.client(reseller, 100));
    final String key = Api.id(api.key(client));
    final String group =
            Api.id(api.post("/resellers/" + reseller + "/groups", Map.of("name", "Group")));

    @Test
    void itIsEightyPercentUnlessStated() {
        for (String path : List.of("/clients/" + client, "/keys/" + key, "/groups/" + group)) {
            assertThat(percents(path)).containsExactly(80);
        }
    }

    @Test
    void severalAreKeptInOrderAndOtherEditsLeaveThemAlone() {
        for (String path : List.of("/clients/" + client, "/keys/" + key, "/groups/" + group)) {
            api.patch(path, Map.of("alert_percents", List.of(100, 50, 90))).expectStatus().isOk();
            assertThat(percents(path)).containsExactly(50, 90, 100);
            api.patch(path, Map.of("failure_mode", "open")).expectStatus().isOk();
            assertThat(percents(path)).containsExactly(50, 90, 100);
            api.patch(path, Map.of("alert_percents", List.of())).expectStatus().isOk();
            assertThat(percents(path)).isEmpty();
        }
    }

    @Test
    void aNewOneMayStateThem() {
        String stated =
                Api.id(
                        api.post(
                                "/clients/" + client + "/keys",
                                Map.of("label", "Key", "alert_percents", List.of(10, 5))));

        assertThat(percents("/keys/" + stated)).containsExactly(5, 10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[0]",
                "[101]",
                "[80, 80]",
                "[1,2,3,4,5,6,7,8,9,10,11]",
                "80",
                "null",
                "[null]",
                "[\"80\"]",
                "[80.5]"
            })
    void whatIsNoPercentageIsRefused(String percents) {
        for (String path : List.of("/clients/" + client, "/keys/" + key, "/groups/" + group)) {
            api.patch(path, "{\"alert_percents\": %s}".formatted(percents))
                    .expectStatus()
                    .isEqualTo(422);
            assertThat(percents(path)).containsExactly(80);
        }
    }

    @Test
    void alertsAreListedByWhoseTheyAre() {
        alert("client", client, "monthly", 80);
        alert("client", client, "monthly", 100);
        alert("key", key, "rpd", 80);

        assertThat(list("?subject=" + reseller)).hasSize(3);
        assertThat(list("?subject=" + client))
                .extracting(one -> one.get("percent").intValue())
                .containsExactly(80, 100);
        JsonNode ofKey = list("?subject=" + key).getFirst();
        assertThat(ofKey.get("scope").stringValue()).isEqualTo("key");
        assertThat(ofKey.get("subject_id").stringValue()).isEqualTo(key);
        assertThat(ofKey.get("reseller_id").stringValue()).isEqualTo(reseller);
        assertThat(ofKey.get("used").intValue()).isEqualTo(90);
        assertThat(list("?subject=" + group)).isEmpty();
    }

    @Test
    void aListGoesOnWhereThePageBeforeEnded() {
        alert("client", client, "monthly", 80);
        alert("client", client, "monthly", 100);
        JsonNode first = page("?limit=1&subject=" + client);
        JsonNode second =
                page(
                        "?limit=1&subject=%s&cursor=%s"
                                .formatted(client, first.get("next_cursor").stringValue()));

        assertThat(first.at("/items/0/percent").intValue()).isEqualTo(80);
        assertThat(second.at("/items/0/percent").intValue()).isEqualTo(100);
        assertThat(second.get("next_cursor").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "rul_x", "key_x", "cli_00000000"})
    void whoseTheyAreIsAnId(String subject) {
        api.get("/alerts?subject=" + subject)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("?subject");
    }

    private List<Integer> percents(String path) {
        return Api.json(api.get(path).expectStatus().isOk())
                .get("alert_percents")
                .valueStream()
                .map(JsonNode::intValue)
                .toList();
    }

    private List<JsonNode> list(String query) {
        return page(query).get("items").valueStream().toList();
    }

    private JsonNode page(String query) {
        return Api.json(api.get("/alerts" + query).expectStatus().isOk());
    }

    private void alert(String kind, String subject, String policy, int percent) {
        running.rows(
                """
                INSERT INTO weir.alert (reseller_id, kind, subject, policy, starts, percent, unit, "limit", used)
                VALUES ('%s', '%s', '%s', '%s', now(), %d, 'requests', 100, 90)
                """
                        .formatted(
                                reseller.substring(4),
                                kind,
                                subject.substring(4),
                                policy,
                                percent));
    }
}
