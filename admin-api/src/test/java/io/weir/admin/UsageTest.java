package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class UsageTest {

    private static final String DAY = "from=2021-03-01T00:00:00Z&to=2021-03-02T00:00:00Z";

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final Fixture fixture = Fixture.of(api);

    @BeforeEach
    void use() {
        use("2021-03-01T00:00Z", "chat", "gpt", "served", 1);
        use("2021-03-01T00:01Z", "chat", "gpt", "failed", 2);
        use("2021-03-01T00:59Z", "chat", "claude", "canceled", 4);
        use("2021-03-01T01:00Z", "demo", "", "estimated", 8);
        use("2021-03-01T23:59Z", "demo", "", "refused", 16);
        use("2021-03-02T00:00Z", "demo", "", "served", 32);
    }

    @Test
    void theTotalTellsWhatWasForwardedAndWhatBecameOfIt() {
        JsonNode total = usage(fixture.key(), DAY).get("total");

        assertThat(counts(total)).containsExactly(15, 1, 2, 4, 8, 16);
    }

    @ParameterizedTest
    @CsvSource({"minute, 5", "hour, 3", "day, 1"})
    void timeIsCutAsFinelyAsAsked(String granularity, int items) {
        JsonNode usage = usage(fixture.client(), DAY + "&granularity=" + granularity);

        assertThat(usage.get("granularity").stringValue()).isEqualTo(granularity);
        assertThat(usage.get("items")).hasSize(items);
        assertThat(usage.get("items").get(0).get("start").stringValue())
                .isEqualTo("2021-03-01T00:00:00Z");
        assertThat(sum(usage)).isEqualTo(15);
    }

    @Test
    void anHourCarriesAllOutcomes() {
        JsonNode items = usage(fixture.reseller(), DAY).get("items");

        assertThat(counts(items.get(0))).containsExactly(7, 1, 2, 4, 0, 0);
        assertThat(counts(items.get(1))).containsExactly(8, 0, 0, 0, 8, 0);
        assertThat(counts(items.get(2))).containsExactly(0, 0, 0, 0, 0, 16);
        assertThat(items.get(0).has("model")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "key, 1",
        "client, 1",
        "route, 2",
        "model, 3",
        "'route,model', 3",
        "'key,client,model,route', 3"
    })
    void usageIsToldApartAsAsked(String groups, int items) {
        JsonNode usage = usage(fixture.reseller(), DAY + "&granularity=day&group_by=" + groups);

        assertThat(usage.get("items")).hasSize(items);
        assertThat(sum(usage)).isEqualTo(15);
        for (String group : groups.split(",")) {
            String member = group.equals("key") || group.equals("client") ? group + "_id" : group;
            assertThat(usage.get("items").get(0).has(member)).isTrue();
        }
    }

    @Test
    void groupsAreNamedByTheirIds() {
        JsonNode item =
                usage(fixture.reseller(), DAY + "&granularity=day&group_by=key,client")
                        .get("items")
                        .get(0);

        assertThat(item.get("key_id").stringValue()).isEqualTo(fixture.key());
        assertThat(item.get("client_id").stringValue()).isEqualTo(fixture.client());
    }

    @Test
    void theEndIsNotPartOfIt() {
        String bounds = "from=2021-03-01T23:59:30Z&to=2021-03-02T00:00:00Z";
        assertThat(counts(usage(fixture.key(), bounds).get("total")))
                .containsExactly(0, 0, 0, 0, 0, 16);
        bounds = "from=2021-03-01T23:59:30Z&to=2021-03-02T00:00:01Z";
        assertThat(counts(usage(fixture.key(), bounds).get("total")))
                .containsExactly(32, 32, 0, 0, 0, 16);
    }

    @Test
    void anOffsetIsUnderstood() {
        String bounds = "from=2021-03-01T01:00:00%2B01:00&to=2021-03-01T02:00:00%2B01:00";

        assertThat(counts(usage(fixture.key(), bounds).get("total")))
                .containsExactly(7, 1, 2, 4, 0, 0);
    }

    @Test
    void somebodyElsesUsageIsNotCounted() {
        Fixture other = Fixture.of(api);

        assertThat(usage(other.key(), DAY).get("items")).isEmpty();
        assertThat(usage(other.reseller(), DAY).get("total").get("requests").intValue()).isZero();
    }

    @Test
    void withoutBoundsItIsTheLastDay() {
        use("now", "demo", "", "served", 5);

        var answer = Api.json(api.get("/usage?granularity=minute&subject=" + fixture.key()));
        assertThat(counts(answer.get("total"))).containsExactly(5, 5, 0, 0, 0, 0);
    }

    private JsonNode usage(String subject, String query) {
        String path = "/api/v1/usage?subject=" + subject + "&" + query;
        String base =
                "http://127.0.0.1:"
                        + running.application.getEnvironment().getProperty("local.server.port");
        return Api.json(
                running.api()
                        .get()
                        .uri(java.net.URI.create(base + path))
                        .exchange()
                        .expectStatus()
                        .isOk());
    }

    private void use(String minute, String route, String model, String outcome, int requests) {
        running.rows(
                "INSERT INTO weir.usage_minute VALUES (date_trunc('minute', '%s'::timestamptz), '%s', '%s', '%s', '%s', '%s', '%s', %d)"
                        .formatted(
                                minute,
                                fixture.key().substring(4),
                                fixture.client().substring(4),
                                fixture.reseller().substring(4),
                                route,
                                model,
                                outcome,
                                requests));
    }

    private static long sum(JsonNode usage) {
        return usage.get("items")
                .valueStream()
                .mapToLong(item -> item.get("requests").longValue())
                .sum();
    }

    private static List<Integer> counts(JsonNode node) {
        return List.of("requests", "served", "failed", "canceled", "estimated", "refused").stream()
                .map(name -> node.get(name).intValue())
                .toList();
    }
}
