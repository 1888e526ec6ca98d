package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

class BalancesTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);

    @Test
    void aTopUpIsThereAtOnce() {
        assertThat(balance()).isEqualTo("0.00");

        JsonNode paid = Api.json(topUp("200").expectStatus().isCreated());

        assertThat(paid.get("id").stringValue())
                .matches("ent_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}");
        assertThat(paid.get("reseller_id").stringValue()).isEqualTo(reseller);
        assertThat(paid.get("amount").stringValue()).isEqualTo("200.00");
        assertThat(paid.get("balance").stringValue()).isEqualTo("200.00");
        api.get("/resellers/" + reseller + "/balance")
                .expectStatus()
                .isOk()
                .expectBody()
                .json(
                        """
                        {"balance":"200.00","available":"200.00","reserved":"0.00","currency":"USD"}
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"0\"', range",
        "'\"0.000000000\"', range",
        "'\"-1\"', money",
        "'\"1e3\"', money",
        "'\"0.0000000001\"', money",
        "'\"1000000000\"', money",
        "100, type",
        "0.5, type",
        "null, 'null'"
    })
    void onlyMoneyIsPaidIn(String amount, String code) {
        long entries = entries();
        api.post("/resellers/" + reseller + "/top-ups", "{\"amount\":" + amount + "}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/amount")
                .jsonPath("$.errors[0].code")
                .isEqualTo(code);
        assertThat(entries()).isEqualTo(entries);
    }

    @Test
    void whatWouldNotFitIsRefusedAndNothingWraps() {
        for (int i = 0; i < 9; i++) {
            topUp("999999999.999999999").expectStatus().isCreated();
        }
        String most = "223372036.854775816";
        long entries = entries();
        topUp("999999999.999999999")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].code")
                .isEqualTo("range");
        topUp("223372036.854775817").expectStatus().isEqualTo(422);
        assertThat(entries()).isEqualTo(entries);

        topUp(most).expectStatus().isCreated();
        assertThat(balance()).isEqualTo("9223372036.854775807");
        topUp("0.000000001").expectStatus().isEqualTo(422);
        assertThat(Api.json(api.get("/ledger/verify")).get("verified").booleanValue()).isTrue();
    }

    @Test
    void theEntriesSumToTheBalancePageByPage() {
        for (int i = 1; i <= 7; i++) {
            topUp(i + ".5").expectStatus().isCreated();
        }
        List<JsonNode> found = new ArrayList<>();
        String path = "/resellers/" + reseller + "/ledger-entries?limit=3";
        JsonNode page = Api.json(api.get(path).expectStatus().isOk());
        page.get("items").forEach(found::add);
        while (!page.get("next_cursor").isNull()) {
            page = Api.json(api.get(path + "&cursor=" + page.get("next_cursor").stringValue()));
            page.get("items").forEach(found::add);
        }

        assertThat(found.stream().map(entry -> entry.get("amount").stringValue()))
                .containsExactly("1.50", "2.50", "3.50", "4.50", "5.50", "6.50", "7.50");
        assertThat(found).allSatisfy(entry -> assertThat(kind(entry)).isEqualTo("top-up"));
        assertThat(found.stream().map(entry -> entry.get("id").stringValue()).distinct())
                .hasSize(7);
        BigDecimal sum =
                found.stream()
                        .map(entry -> new BigDecimal(entry.get("amount").stringValue()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(sum).isEqualTo(new BigDecimal(balance()));
    }

    @Test
    void aResellerSeesItsOwnEntriesOnly() {
        topUp("1").expectStatus().isCreated();
        String other = api.reseller(null);

        assertThat(Api.json(api.get("/resellers/" + other + "/ledger-entries")).get("items"))
                .isEmpty();
        assertThat(Api.json(api.get("/resellers/" + other + "/balance")).get("balance"))
                .hasToString("\"0.00\"");
    }

    @Test
    void theLedgerVerifiesAndItsHeadMovesWithEachEntry() {
        JsonNode before = Api.json(api.get("/ledger/verify").expectStatus().isOk());
        topUp("1").expectStatus().isCreated();
        JsonNode after = Api.json(api.get("/ledger/verify").expectStatus().isOk());

        assertThat(before.get("verified").booleanValue()).isTrue();
        assertThat(after.get("verified").booleanValue()).isTrue();
        assertThat(after.get("entries").longValue())
                .isEqualTo(before.get("entries").longValue() + 1);
        assertThat(after.get("accounts").longValue())
                .isEqualTo(before.get("accounts").longValue() + 2);
        assertThat(after.get("head").stringValue())
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(before.get("head").stringValue());
    }

    private ResponseSpec topUp(String amount) {
        return api.post("/resellers/" + reseller + "/top-ups", Map.of("amount", amount));
    }

    private String balance() {
        return Api.json(api.get("/resellers/" + reseller + "/balance"))
                .get("balance")
                .stringValue();
    }

    private long entries() {
        return Long.parseLong(running.rows("SELECT count(*) FROM weir.ledger_entry").getFirst());
    }

    private static String kind(JsonNode entry) {
        return entry.get("kind").stringValue();
    }
}
