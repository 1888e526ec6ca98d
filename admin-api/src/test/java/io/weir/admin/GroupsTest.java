package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

class GroupsTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String client = Api.id(api.client(reseller, 1));

    @ParameterizedTest
    @CsvSource({
        "requests, 50000, 50000, 7, 49990",
        "tokens, 50000, 50000, 7, 49990",
        "credits, '\"50.00\"', '\"50.00\"', '\"0.000000007\"', '\"49.99999999\"'",
        "credits, '\"0.000000010\"', '\"0.00000001\"', '\"0.000000007\"', '\"0.00\"'"
    })
    void itsQuotaIsShownInItsUnitAsItStandsNow(
            String unit, String limit, String shown, String used, String remaining) {
        String group =
                Api.id(
                        create(
                                """
                                {"name": "Shared", "quota": {"unit": "%s", "limit": %s, "period": "daily"}}
                                """
                                        .formatted(unit, limit)));
        count(group, unit, "date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'", 7, 3);
        count(group, unit, "date_trunc('day', now() - interval '1 day')", 1000, 0);

        JsonNode quota = Api.json(api.get("/groups/" + group)).get("quota");

        assertThat(quota.get("unit").stringValue()).isEqualTo(unit);
        assertThat(quota.get("period").stringValue()).isEqualTo("daily");
        assertThat(quota.get("limit").toString()).isEqualTo(shown);
        assertThat(quota.get("used").toString()).isEqualTo(used);
        assertThat(quota.get("remaining").toString()).isEqualTo(remaining);
        assertThat(quota.get("resets_at").stringValue()).endsWith("T00:00:00Z");
    }

    @Test
    void aWeekBeginsOnTheDayTheResellerSaysAndInItsZone() {
        api.patch("/resellers/" + reseller, Map.of("week_start", "sun", "time_zone", "UTC+8"))
                .expectStatus()
                .isOk();
        String group =
                Api.id(
                        create(
                                """
                                {"name": "Week", "quota": {"unit": "requests", "limit": 1, "period": "weekly"}}
                                """));

        String end = Api.json(api.get("/groups/" + group)).at("/quota/resets_at").stringValue();

        var there = java.time.Instant.parse(end).atOffset(java.time.ZoneOffset.ofHours(8));
        assertThat(there.getDayOfWeek()).isEqualTo(java.time.DayOfWeek.SUNDAY);
        assertThat(there.getHour()).isZero();
    }

    @Test
    void aQuotaIsChangedInPartsAndRemovedByNull() {
        String group =
                Api.id(
                        create(
                                """
                                {"name": "A", "quota": {"unit": "credits", "limit": "1.5", "period": "daily"}}
                                """));

        api.patch("/groups/" + group, "{\"quota\": {\"period\": \"monthly\"}}")
                .expectHeader()
                .valueEquals("ETag", "\"2\"")
                .expectBody()
                .jsonPath("$.quota.limit")
                .isEqualTo("1.50")
                .jsonPath("$.quota.period")
                .isEqualTo("monthly");
        invalid(api.patch("/groups/" + group, "{\"quota\": {\"limit\": 2}}"), "/quota/limit");
        invalid(
                api.patch("/groups/" + group, "{\"quota\": {\"unit\": \"tokens\"}}"),
                "/quota/limit");
        api.patch("/groups/" + group, "{\"quota\": {\"unit\": \"tokens\", \"limit\": 2}}")
                .expectBody()
                .jsonPath("$.quota.limit")
                .isEqualTo(2);
        api.patch("/groups/" + group, "{\"quota\": null, \"failure_mode\": \"open\"}")
                .expectBody()
                .jsonPath("$.quota")
                .isEmpty()
                .jsonPath("$.failure_mode")
                .isEqualTo("open");
    }

    @Test
    void keysAreMovedBetweenGroupsAsTheyAre() {
        String first = Api.id(create("{\"name\": \"First\"}"));
        String second = Api.id(create("{\"name\": \"Second\"}"));
        var made =
                Api.json(
                        api.post(
                                "/clients/" + client + "/keys",
                                Map.of("label", "Key", "group_id", first)));
        String key = made.get("id").stringValue();
        assertThat(made.get("group_id").stringValue()).isEqualTo(first);

        move(key, "\"" + second + "\"")
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("ETag", "\"2\"")
                .expectBody()
                .jsonPath("$.group_id")
                .isEqualTo(second)
                .jsonPath("$.last_four")
                .isEqualTo(made.get("last_four").stringValue());
        assertThat(keys(first)).isZero();
        assertThat(keys(second)).isEqualTo(1);
        api.get("/groups/" + second + "/keys?status=active")
                .expectBody()
                .jsonPath("$.items[*].id")
                .isEqualTo(Collections.singletonList(key));
        move(key, "null").expectBody().jsonPath("$.group_id").isEmpty();
        api.patch("/keys/" + key, Map.of("group_id", first)).expectStatus().isOk();
        assertThat(keys(first)).isEqualTo(1);
    }

    @Test
    void aGroupOfAnotherResellerIsNone() {
        String foreign =
                Api.id(
                        api.post(
                                "/resellers/" + api.reseller(null) + "/groups",
                                Map.of("name", "Foreign")));
        String key = Api.id(api.key(client));

        for (String group : new String[] {foreign, "grp_" + java.util.UUID.randomUUID()}) {
            invalid(move(key, "\"" + group + "\""), "/group_id");
            invalid(api.patch("/keys/" + key, Map.of("group_id", group)), "/group_id");
            invalid(
                    api.post(
                            "/clients/" + client + "/keys",
                            Map.of("label", "Key", "group_id", group)),
                    "/group_id");
        }
        api.get("/keys/" + key).expectHeader().valueEquals("ETag", "\"1\"");
    }

    @Test
    void aGroupIsNotDeletedFromUnderItsKeys() {
        String group = Api.id(create("{\"name\": \"A\"}"));
        String key = Api.id(api.key(client));
        String other = Api.id(api.key(client));
        move(key, "\"" + group + "\"").expectStatus().isOk();
        move(other, "\"" + group + "\"").expectStatus().isOk();

        api.delete("/groups/" + group)
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("2 keys are in this group: move them out first.");
        move(key, "null").expectStatus().isOk();
        api.post("/keys/" + other + "/revoke").expectStatus().isOk();
        api.delete("/groups/" + group).expectStatus().isNoContent();
        api.get("/groups/" + group).expectStatus().isNotFound();
        api.get("/keys/" + other).expectBody().jsonPath("$.group_id").isEmpty();
    }

    @Test
    void aNameIsTakenOnceByAReseller() {
        create("{\"name\": \"A\"}").expectStatus().isCreated();
        String other = Api.id(create("{\"name\": \"B\"}"));

        create("{\"name\": \"A\"}").expectStatus().isEqualTo(409);
        api.patch("/groups/" + other, Map.of("name", "A")).expectStatus().isEqualTo(409);
        api.post("/resellers/" + api.reseller(null) + "/groups", Map.of("name", "A"))
                .expectStatus()
                .isCreated();
    }

    @Test
    void aResellerIsDeletedWithItsGroupsAndRules() {
        create("{\"name\": \"A\"}").expectStatus().isCreated();
        String rule = Api.id(api.post("/resellers/" + reseller + "/rules", Map.of("name", "Rule")));
        api.send(
                        HttpMethod.PUT,
                        "/resellers/" + reseller + "/default-rule",
                        Map.of("rule_id", rule),
                        null)
                .expectStatus()
                .isOk();
        api.delete("/clients/" + client).expectStatus().isNoContent();

        api.delete("/resellers/" + reseller).expectStatus().isNoContent();

        api.get("/rules/" + rule).expectStatus().isNotFound();
    }

    private ResponseSpec create(String body) {
        return api.post("/resellers/" + reseller + "/groups", body);
    }

    private ResponseSpec move(String key, String group) {
        String body = "{\"group_id\": %s}".formatted(group);
        return api.send(HttpMethod.PUT, "/keys/" + key + "/group", body, null);
    }

    private int keys(String group) {
        return Api.json(api.get("/groups/" + group)).get("key_count").intValue();
    }

    private void count(String group, String unit, String starts, int used, int leased) {
        running.rows(
                "INSERT INTO weir.counter VALUES ('%s', 'group-%s', %s, %d, %d)"
                        .formatted(group.substring(4), unit, starts, used, leased));
    }

    private static void invalid(ResponseSpec answer, String pointer) {
        answer.expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(Collections.singletonList(pointer));
    }
}
