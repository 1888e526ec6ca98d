package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class UsageTest {

    private static final String DAY = "from=2021-03-01T00:00:00Z&to=2021-03-02T00:00:00Z";

    /// What a request that was forwarded is charged, in nano-units of a credit.
    private static final long EACH = 1_234_567_891L;

    private static final Map<String, String> NAMED = Map.of("name", "Another group");

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

    @Test
    void whatWasSpentIsToldToTheNanoUnit() {
        JsonNode usage = usage(fixture.reseller(), DAY + "&granularity=hour&group_by=model");

        assertThat(usage.get("total").get("credits").stringValue()).isEqualTo("18.518518365");
        assertThat(usage.get("breakdown").valueStream().map(part -> part.get("credits").asString()))
                .containsExactly("9.876543128", "4.938271564", "3.703703673");
        assertThat(usage.get("items").get(0).get("credits").stringValue()).isEqualTo("4.938271564");
        JsonNode none =
                usage(fixture.reseller(), "from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z");
        assertThat(none.get("total").get("credits").stringValue()).isEqualTo("0.00");
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
        "group, 1",
        "'route,model', 3",
        "'key,client,model,route', 3"
    })
    void usageIsToldApartAsAsked(String groups, int items) {
        JsonNode usage = usage(fixture.reseller(), DAY + "&granularity=day&group_by=" + groups);

        assertThat(usage.get("items")).hasSize(items);
        assertThat(sum(usage)).isEqualTo(15);
        for (String group : groups.split(",")) {
            String member = group.equals("key") || group.equals("client") ? group + "_id" : group;
            assertThat(usage.get("items").get(0).has(member)).isEqualTo(!group.equals("group"));
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
    void usageStaysWithTheGroupThatItsKeyWasIn() {
        String left = fixture.group();
        String joined = Api.id(api.post("/resellers/" + fixture.reseller() + "/groups", NAMED));
        use(left, "2021-03-01T02:00Z", "demo", "", "served", 64);
        use(joined, "2021-03-01T02:00Z", "demo", "", "served", 128);
        use(joined, "2021-03-01T02:30Z", "demo", "", "refused", 256);

        assertThat(counts(usage(left, DAY).get("total"))).containsExactly(64, 64, 0, 0, 0, 0);
        assertThat(counts(usage(joined, DAY).get("total"))).containsExactly(128, 128, 0, 0, 0, 256);
        JsonNode all = usage(fixture.key(), DAY + "&granularity=day&group_by=group");
        assertThat(all.get("total").get("requests").intValue()).isEqualTo(15 + 64 + 128);
        assertThat(all.get("breakdown").valueStream().map(UsageTest::group))
                .containsExactly(joined, left, "");
        assertThat(all.get("items")).hasSize(3);
    }

    @Test
    void theBreakdownIsTheTotalToldApartTheLargestFirst() {
        JsonNode usage = usage(fixture.reseller(), DAY + "&group_by=route");
        JsonNode breakdown = usage.get("breakdown");

        assertThat(breakdown.valueStream().map(part -> part.get("route").stringValue()))
                .containsExactly("demo", "chat");
        assertThat(counts(breakdown.get(0))).containsExactly(8, 0, 0, 0, 8, 16);
        assertThat(counts(breakdown.get(1))).containsExactly(7, 1, 2, 4, 0, 0);
        assertThat(usage(fixture.reseller(), DAY).get("breakdown")).isEmpty();
    }

    @Test
    void thePeakDayIsTheOneWithMostForwardedRequests() {
        String days = "from=2021-03-01T00:00:00Z&to=2021-03-08T00:00:00Z";
        JsonNode peak = usage(fixture.client(), days).get("peak_day");

        assertThat(peak.get("date").stringValue()).isEqualTo("2021-03-02");
        assertThat(peak.get("requests").intValue()).isEqualTo(32);
        days = "from=2021-04-01T00:00:00Z&to=2021-04-08T00:00:00Z";
        assertThat(usage(fixture.client(), days).get("peak_day").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2021-03-01T00:00:00Z, 2021-03-01T00:30:00Z, 3",
        "2021-03-01T00:01:00Z, 2021-03-01T00:59:00Z, 2",
        "2021-03-01T00:01:00Z, 2021-03-01T01:00:00Z, 6",
        "2021-03-01T00:01:00Z, 2021-03-01T01:01:00Z, 14",
        "2021-02-28T23:59:00Z, 2021-03-02T00:00:30Z, 47"
    })
    void partsOfHoursCountToTheMinute(String from, String to, int requests) {
        for (String granularity : List.of("minute", "hour", "day")) {
            String query = "from=%s&to=%s&granularity=%s".formatted(from, to, granularity);
            assertThat(usage(fixture.key(), query).get("total").get("requests").intValue())
                    .isEqualTo(requests);
        }
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
        use(null, minute, route, model, outcome, requests);
    }

    /// As a gateway reports it.
    private void use(
            @Nullable String group,
            String minute,
            String route,
            String model,
            String outcome,
            int requests) {
        running.rows(
                """
                SELECT weir.exchange(gen_random_uuid(), 1, jsonb_build_object('life', 60000, 'leases', '[]'::jsonb,
                    'usage', jsonb_build_array(jsonb_build_object(
                        'minute', extract(epoch FROM date_trunc('minute', '%s'::timestamptz))::bigint,
                        'key_id', '%s', 'group_id', nullif('%s', ''), 'client_id', '%s', 'reseller_id', '%s',
                        'route', '%s', 'model', '%s', 'outcome', '%s', 'requests', %d, 'credits', %d))))
                """
                        .formatted(
                                minute,
                                fixture.key().substring(4),
                                group == null ? "" : group.substring(4),
                                fixture.client().substring(4),
                                fixture.reseller().substring(4),
                                route,
                                model,
                                outcome,
                                requests,
                                outcome.equals("refused") ? 0 : requests * EACH));
    }

    private static String group(JsonNode part) {
        return part.has("group_id") ? part.get("group_id").stringValue() : "";
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
