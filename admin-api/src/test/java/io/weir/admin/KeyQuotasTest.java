package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

class KeyQuotasTest {

    private static final String START_OF_BERLINS_DAY =
            "date_trunc('day', now() AT TIME ZONE 'Europe/Berlin') AT TIME ZONE 'Europe/Berlin'";

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String client = Api.id(api.client(reseller, 1));

    @Test
    void allThatIsStatedIsShown() {
        String key =
                create(
                        """
                        {"label": "Key", "requests_per_minute": 10, "tokens_per_minute": 2000, "requests_per_day": 300,
                         "token_quota": {"limit": 40000, "reset": "weekly"}, "failure_mode": "open"}
                        """);

        api.get("/keys/" + key)
                .expectBody()
                .jsonPath("$.tokens_per_minute")
                .isEqualTo(2000)
                .jsonPath("$.requests_per_day")
                .isEqualTo(300)
                .jsonPath("$.token_quota.limit")
                .isEqualTo(40_000)
                .jsonPath("$.token_quota.reset")
                .isEqualTo("weekly")
                .jsonPath("$.token_quota.remaining")
                .isEqualTo(40_000)
                .jsonPath("$.failure_mode")
                .isEqualTo("open");
    }

    @Test
    void nothingIsLimitedUnlessStated() {
        api.get("/keys/" + create("{\"label\": \"Key\"}"))
                .expectBody()
                .jsonPath("$.tokens_per_minute")
                .isEmpty()
                .jsonPath("$.requests_per_day")
                .isEmpty()
                .jsonPath("$.token_quota")
                .isEmpty()
                .jsonPath("$.quotas.length()")
                .isEqualTo(0)
                .jsonPath("$.failure_mode")
                .isEqualTo("closed");
    }

    @Test
    void usageIsThatOfThePeriodInTheClientsZone() {
        api.patch("/clients/" + client, Map.of("time_zone", "Europe/Berlin")).expectStatus().isOk();
        String key =
                create(
                        """
                        {"label": "Key", "requests_per_day": 100, "token_quota": {"limit": 1000, "reset": "daily"}}
                        """);
        count(key, "rpd", START_OF_BERLINS_DAY, 40, 5);
        count(key, "tokens", START_OF_BERLINS_DAY, 990, 30);

        JsonNode shown = Api.json(api.get("/clients/" + client + "/keys")).at("/items/0");

        JsonNode tokens = shown.get("token_quota");
        assertThat(amounts(tokens)).containsExactly("1000", "990", "30", "0");
        assertThat(amounts(shown.at("/quotas/0"))).containsExactly("100", "40", "5", "55");
        assertThat(shown.at("/quotas/0/policy").stringValue()).isEqualTo("rpd");
        assertThat(shown.at("/quotas/1/policy").stringValue()).isEqualTo("tokens");
        Instant end = Instant.parse(tokens.get("resets_at").stringValue());
        assertThat(end.atZone(ZoneId.of("Europe/Berlin")).toLocalTime())
                .isEqualTo(LocalTime.MIDNIGHT);
    }

    @Test
    void theRuleThatAppliesCountsByItsWindowsZone() {
        String key = create("{\"label\": \"Key\"}");
        String rule =
                """
                {"name": "Rule", "quota": {"period": "daily", "credits": "50"}, "window": {"time_zone": "Europe/Berlin"}}
                """;
        String id = Api.id(api.post("/resellers/" + reseller + "/rules", rule));
        api.patch("/keys/" + key, Map.of("rule_id", id)).expectStatus().isOk();
        count(key, "rule-daily", START_OF_BERLINS_DAY, 34_200_000_000L, 1);

        JsonNode quota = Api.json(api.get("/keys/" + key)).at("/quotas/0");

        assertThat(quota.get("policy").stringValue()).isEqualTo("rule-daily");
        assertThat(quota.get("unit").stringValue()).isEqualTo("credits");
        assertThat(amounts(quota))
                .containsExactly("\"50.00\"", "\"34.20\"", "\"0.000000001\"", "\"15.799999999\"");
    }

    @Test
    void whatIsShownIsWhatIsEnforced() {
        String rule =
                Api.id(
                        api.post(
                                "/resellers/" + reseller + "/rules",
                                "{\"name\": \"Rule\", \"quota\": {\"period\": \"weekly\", \"credits\": \"0.000000003\"}}"));
        String key =
                create(
                        """
                        {"label": "Key", "requests_per_day": 1, "token_quota": {"limit": 2, "reset": "manual"}, "rule_id": "%s"}
                        """
                                .formatted(rule));

        List<String> enforced =
                running.rows(
                        "SELECT policy || ' ' || unit FROM weir.quota WHERE subject = '%s'"
                                .formatted(key.substring(4)));

        assertThat(Api.json(api.get("/keys/" + key)).get("quotas").valueStream())
                .map(
                        quota ->
                                quota.get("policy").stringValue()
                                        + " "
                                        + quota.get("unit").stringValue())
                .containsExactlyInAnyOrderElementsOf(enforced)
                .containsExactly("rpd requests", "tokens tokens", "rule-weekly credits");
    }

    @Test
    void aManualQuotaIsResetByHandAndEachTimeLater() {
        String key =
                create(
                        "{\"label\": \"Key\", \"token_quota\": {\"limit\": 10, \"reset\": \"manual\"}}");
        count(
                key,
                "tokens",
                "(SELECT token_quota_since FROM weir.key WHERE id = '%s')"
                        .formatted(key.substring(4)),
                10,
                0);
        api.get("/keys/" + key)
                .expectBody()
                .jsonPath("$.token_quota.remaining")
                .isEqualTo(0)
                .jsonPath("$.token_quota.resets_at")
                .isEmpty();
        String before = since(key);

        reset(key)
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("ETag", "\"2\"")
                .expectBody()
                .jsonPath("$.token_quota.used")
                .isEqualTo(0)
                .jsonPath("$.token_quota.remaining")
                .isEqualTo(10);
        String first = since(key);
        reset(key).expectStatus().isOk();
        assertThat(List.of(before, first, since(key))).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void whatResetsByItselfOrIsNotThereIsNotResetByHand() {
        String scheduled =
                create(
                        "{\"label\": \"Key\", \"token_quota\": {\"limit\": 10, \"reset\": \"daily\"}}");

        reset(scheduled)
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:resets-by-itself");
        reset(create("{\"label\": \"Key\"}"))
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:no-token-quota");
    }

    @Test
    void aTokenQuotaIsChangedInPartsAndRemovedByNull() {
        String key = create("{\"label\": \"Key\"}");

        api.patch("/keys/" + key, "{\"token_quota\": {\"limit\": 5}}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/token_quota/reset");
        api.patch("/keys/" + key, "{\"token_quota\": {\"limit\": 5, \"reset\": \"manual\"}}")
                .expectStatus()
                .isOk();
        api.patch("/keys/" + key, "{\"token_quota\": {\"limit\": 7}}")
                .expectBody()
                .jsonPath("$.token_quota.limit")
                .isEqualTo(7)
                .jsonPath("$.token_quota.reset")
                .isEqualTo("manual");
        api.patch("/keys/" + key, "{\"token_quota\": null}")
                .expectBody()
                .jsonPath("$.token_quota")
                .isEmpty();
    }

    private String create(String body) {
        return Api.id(api.post("/clients/" + client + "/keys", body));
    }

    private ResponseSpec reset(String key) {
        return api.post("/keys/" + key + "/token-quota/reset");
    }

    private String since(String key) {
        return running.rows(
                        "SELECT extract(epoch FROM token_quota_since) FROM weir.key WHERE id = '%s'"
                                .formatted(key.substring(4)))
                .getFirst();
    }

    private void count(String key, String policy, String starts, long used, long leased) {
        running.rows(
                "INSERT INTO weir.counter VALUES ('%s', '%s', %s, %d, %d)"
                        .formatted(key.substring(4), policy, starts, used, leased));
    }

    private static List<String> amounts(JsonNode quota) {
        return List.of("limit", "used", "reserved", "remaining").stream()
                .map(name -> quota.get(name).toString())
                .toList();
    }
}
