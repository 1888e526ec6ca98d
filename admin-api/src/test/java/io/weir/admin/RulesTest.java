package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

class RulesTest {

    private static final String OFFICE =
            """
            {"name": "Office", "description": "Working hours", "enabled": true, "mode": "enforce",
             "quota": {"period": "daily", "credits": "50"},
             "window": {"time_zone": "UTC+8", "weekdays": ["fri", "mon", "tue", "wed", "thu"], "hours": "08:00-20:00"}}
            """;

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);

    @Test
    void aRuleIsShownAsItIsStatedAndInWords() {
        String rule = Api.id(create(OFFICE));

        JsonNode shown = Api.json(api.get("/rules/" + rule));

        assertThat(shown.at("/quota/credits").stringValue()).isEqualTo("50.00");
        assertThat(shown.at("/window/weekdays").toString())
                .isEqualTo("[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"]");
        assertThat(shown.get("limit_text").stringValue()).isEqualTo("Daily Credits limit 50.00");
        assertThat(shown.get("window_text").stringValue()).isEqualTo("Mon-Fri 08:00-20:00 (UTC+8)");
        assertThat(shown.get("reference_count").intValue()).isZero();
        assertThat(shown.get("inherited_count").intValue()).isZero();
        assertThat(shown.get("reseller_id").stringValue()).isEqualTo(reseller);
    }

    @Test
    void theListThePreviewAndTheRuleSayTheSame() {
        JsonNode rule = Api.json(create(OFFICE));
        JsonNode row = Api.json(api.get("/resellers/" + reseller + "/rules")).at("/items/0");
        JsonNode preview = Api.json(api.post("/rules/preview", OFFICE).expectStatus().isOk());

        assertThat(row).isEqualTo(rule);
        for (String text : List.of("text", "limit_text", "window_text")) {
            assertThat(preview.get(text)).isEqualTo(rule.get(text));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | No limit; At any time",
                "{'enabled': false} | No limit; At any time; disabled",
                "{'mode': 'observe'} | No limit; At any time; observed, not enforced",
                "{'quota': {'period': 'weekly', 'credits': '0.125'}} | Weekly Credits limit 0.125; At any time",
                "{'quota': {'period': 'monthly', 'credits': '999999999.999999999'}} | Monthly Credits limit 999999999.999999999; At any time",
                "{'window': {'time_zone': 'UTC'}} | No limit; Every day all day (UTC)",
                "{'window': {'time_zone': 'Asia/Tokyo', 'weekdays': ['sat', 'sun'], 'hours': '22:00-06:00'}} | No limit; Sat, Sun 22:00-06:00 (Asia/Tokyo)",
                "{'window': {'time_zone': 'UTC', 'weekdays': ['mon', 'wed', 'thu', 'fri', 'sun'], 'hours': '00:00-24:00'}} | No limit; Mon, Wed-Fri, Sun 00:00-24:00 (UTC)",
                "{'window': {'time_zone': 'UTC', 'weekdays': ['tue'], 'hours': '22:00-00:00'}} | No limit; Tue 22:00-00:00 (UTC)"
            })
    void aPreviewTellsItInWords(String draft, String text) {
        List<String> before = Stored.versions(running);

        api.post("/rules/preview", draft.replace('\'', '"'))
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.text")
                .isEqualTo(text);

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08:00-08:00",
                "00:00-00:00",
                "24:00-08:00",
                "08:00-24:01",
                "08:00-25:00",
                "8:00-20:00",
                "08:00-20:60",
                "08:00 - 20:00",
                "08:00–20:00",
                "0800-2000",
                "08:00-20:00-21:00",
                "٠٨:٠٠-٢٠:٠٠"
            })
    void hoursThatAreNoneAreRefused(String hours) {
        String body =
                "{\"name\": \"A\", \"window\": {\"time_zone\": \"UTC\", \"hours\": \"%s\"}}"
                        .formatted(hours);
        for (String path : List.of("/resellers/" + reseller + "/rules", "/rules/preview")) {
            invalid(api.post(path, body), "/window/hours");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'time_zone': 'Mars/Base'} | /window/time_zone",
                "{'hours': '08:00-20:00'} | /window/time_zone",
                "{'time_zone': 'UTC', 'weekdays': []} | /window/weekdays",
                "{'time_zone': 'UTC', 'weekdays': ['mon', 'mon']} | /window/weekdays/1",
                "{'time_zone': 'UTC', 'weekdays': ['mon', 'Tue']} | /window/weekdays/1",
                "{'time_zone': 'UTC', 'weekdays': [1]} | /window/weekdays/0",
                "{'time_zone': 'UTC', 'weekdays': 'mon'} | /window/weekdays"
            })
    void aWindowThatIsNoneIsRefused(String window, String pointer) {
        invalid(
                create("{\"name\": \"A\", \"window\": %s}".formatted(window.replace('\'', '"'))),
                pointer);
    }

    @Test
    void aRuleIsChangedInParts() {
        String rule = Api.id(create(OFFICE));

        api.patch(
                        "/rules/" + rule,
                        """
                        {"quota": {"credits": "75.5"}, "window": {"hours": null}, "mode": "observe"}
                        """)
                .expectHeader()
                .valueEquals("ETag", "\"2\"")
                .expectBody()
                .jsonPath("$.text")
                .isEqualTo(
                        "Daily Credits limit 75.50; Mon-Fri all day (UTC+8); observed, not enforced");
        api.patch("/rules/" + rule, "{\"quota\": null, \"window\": null, \"description\": null}")
                .expectBody()
                .jsonPath("$.quota")
                .isEmpty()
                .jsonPath("$.window")
                .isEmpty()
                .jsonPath("$.description")
                .isEmpty()
                .jsonPath("$.name")
                .isEqualTo("Office");
    }

    @Test
    void aNameIsTakenOnceByAReseller() {
        create(OFFICE).expectStatus().isCreated();
        create(OFFICE).expectStatus().isEqualTo(409);
        String other = Api.id(create("{\"name\": \"Other\"}"));

        api.patch("/rules/" + other, Map.of("name", "Office")).expectStatus().isEqualTo(409);
        api.post("/resellers/" + api.reseller(null) + "/rules", OFFICE).expectStatus().isCreated();
    }

    @Test
    void rulesAreFoundByStatusAndText() {
        create(OFFICE).expectStatus().isCreated();
        create("{\"name\": \"Nights\", \"enabled\": false}").expectStatus().isCreated();

        assertThat(names("status=enabled")).containsExactly("Office");
        assertThat(names("status=disabled")).containsExactly("Nights");
        assertThat(names("q=WORKING")).containsExactly("Office");
        assertThat(names("q=night&status=enabled")).isEmpty();
        assertThat(names("limit=1")).containsExactly("Office");
    }

    private List<String> names(String query) {
        return Api.json(api.get("/resellers/" + reseller + "/rules?" + query))
                .get("items")
                .valueStream()
                .map(rule -> rule.get("name").stringValue())
                .toList();
    }

    private ResponseSpec create(String body) {
        return api.post("/resellers/" + reseller + "/rules", body);
    }

    private static void invalid(ResponseSpec answer, String pointer) {
        answer.expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(List.of(pointer));
    }
}
