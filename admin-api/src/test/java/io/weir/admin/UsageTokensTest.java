package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class UsageTokensTest {

    private static final String DAY = "from=2021-03-01T00:00:00Z&to=2021-03-02T00:00:00Z";
    private static final List<String> WORDS =
            List.of(
                    "total",
                    "input",
                    "cache_read",
                    "cache_write_5m",
                    "cache_write_1h",
                    "output",
                    "output_reasoning",
                    "audio_in",
                    "audio_out",
                    "estimated");

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final Fixture fixture = Fixture.of(api);

    @BeforeEach
    void use() {
        use("2021-03-01T00:00Z", "chat", "gpt", 6, Map.of("input", 10L, "output", 20L));
        use("2021-03-01T00:59Z", "chat", "gpt", 3, Map.of("output", 1L, "tokens_estimated", 1L));
        use("2021-03-01T01:00Z", "chat", "claude", 1, eachClass());
        use("2021-03-01T23:59Z", "demo", "", 50, Map.of());
        use("2021-03-02T00:00Z", "chat", "gpt", 1, Map.of("input", 1_000L));
    }

    @ParameterizedTest
    @CsvSource({"minute, 4", "hour, 3", "day, 1"})
    void theTotalHoldsEachClassHoweverTimeIsCut(String granularity, int items) {
        JsonNode usage = usage(DAY + "&granularity=" + granularity);

        assertThat(usage.get("items")).hasSize(items);
        assertThat(tokens(usage.get("total")))
                .containsExactly(286L, 11L, 2L, 4L, 8L, 37L, 32L, 64L, 128L, 6L);
        for (int i = 0; i < WORDS.size(); i++) {
            String word = WORDS.get(i);
            long sum =
                    usage.get("items")
                            .valueStream()
                            .mapToLong(item -> item.get("tokens").get(word).longValue())
                            .sum();
            assertThat(sum).as(word).isEqualTo(usage.get("total").get("tokens").get(word).asLong());
        }
    }

    @Test
    void partsOfHoursCountToTheMinute() {
        String bounds = "from=2021-03-01T00:01:00Z&to=2021-03-01T01:01:00Z";

        assertThat(tokens(usage(bounds).get("total")))
                .containsExactly(256L, 1L, 2L, 4L, 8L, 17L, 32L, 64L, 128L, 6L);
    }

    @Test
    void modelsAreListedByTheirTokens() {
        JsonNode breakdown = usage(DAY + "&group_by=model").get("breakdown");

        assertThat(breakdown.valueStream().map(part -> part.get("model").stringValue()))
                .containsExactly("claude", "gpt", "");
        assertThat(tokens(breakdown.get(0)))
                .containsExactly(255L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 5L);
        assertThat(tokens(breakdown.get(1)))
                .containsExactly(31L, 10L, 0L, 0L, 0L, 21L, 0L, 0L, 0L, 1L);
        assertThat(tokens(breakdown.get(2))).containsOnly(0L);
    }

    @Test
    void allElseIsListedByItsRequests() {
        JsonNode breakdown = usage(DAY + "&group_by=route").get("breakdown");

        assertThat(breakdown.valueStream().map(part -> part.get("route").stringValue()))
                .containsExactly("demo", "chat");
    }

    @Test
    void thereIsAZeroForEachClassThatWasNotUsed() {
        JsonNode usage = usage("from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z");

        assertThat(usage.get("total").get("tokens").propertyNames())
                .containsExactlyElementsOf(WORDS);
        assertThat(tokens(usage.get("total"))).containsOnly(0L);
    }

    @Test
    void sumsStopAtTheLargestNumber() {
        use("2021-03-05T00:00Z", "chat", "gpt", 1, Map.of("input", Long.MAX_VALUE, "output", 1L));
        use("2021-03-05T01:00Z", "chat", "gpt", 1, Map.of("input", Long.MAX_VALUE));
        use("2021-03-05T02:00Z", "chat", "claude", 1, Map.of("input", 1L));

        JsonNode usage = usage("from=2021-03-05T00:00:00Z&to=2021-03-06T00:00:00Z&group_by=model");
        assertThat(tokens(usage.get("total")))
                .startsWith(Long.MAX_VALUE, Long.MAX_VALUE, 0L)
                .contains(1L);
        assertThat(tokens(usage.get("breakdown").get(0))).startsWith(Long.MAX_VALUE);
    }

    private static Map<String, Long> eachClass() {
        return Map.of(
                "input",
                1L,
                "cache_read",
                2L,
                "cache_write_5m",
                4L,
                "cache_write_1h",
                8L,
                "output",
                16L,
                "output_reasoning",
                32L,
                "audio_in",
                64L,
                "audio_out",
                128L,
                "tokens_estimated",
                5L);
    }

    private JsonNode usage(String query) {
        return Api.json(api.get("/usage?subject=" + fixture.client() + "&" + query));
    }

    private static List<Long> tokens(JsonNode count) {
        return WORDS.stream().map(word -> count.get("tokens").get(word).longValue()).toList();
    }

    /// As a gateway reports it.
    private void use(
            String minute, String route, String model, int requests, Map<String, Long> tokens) {
        running.rows(
                """
                SELECT weir.exchange(gen_random_uuid(), 1, jsonb_build_object('life', 60000, 'leases', '[]'::jsonb,
                    'usage', jsonb_build_array(jsonb_build_object(
                        'minute', extract(epoch FROM '%s'::timestamptz)::bigint,
                        'key_id', '%s', 'client_id', '%s', 'reseller_id', '%s', 'route', '%s', 'model', '%s',
                        'outcome', 'served', 'requests', %d) || '%s'::jsonb)))
                """
                        .formatted(
                                minute,
                                fixture.key().substring(4),
                                fixture.client().substring(4),
                                fixture.reseller().substring(4),
                                route,
                                model,
                                requests,
                                json(tokens)));
    }

    private static String json(Map<String, Long> tokens) {
        return tokens.entrySet().stream()
                .map(each -> "\"%s\": %d".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
