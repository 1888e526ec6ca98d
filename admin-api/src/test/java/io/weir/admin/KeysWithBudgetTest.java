package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

class KeysWithBudgetTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String client = Api.id(api.client(reseller, 1));

    @Test
    void aKeyIsBoughtFromTheBalance() {
        payIn("200");

        String key = Api.id(create("100", "60"));

        assertThat(balance()).isEqualTo("140.00");
        JsonNode budget = Api.json(api.get("/keys/" + key + "/budget").expectStatus().isOk());
        assertThat(budget.get("price").stringValue()).isEqualTo("100.00");
        assertThat(budget.get("remaining").stringValue()).isEqualTo("100.00");
        assertThat(budget.get("margin_percent").toString()).isEqualTo("40");
        assertThat(budget.get("client_id").stringValue()).isEqualTo(client);
        api.delete("/keys/" + key).expectStatus().isNoContent();
        assertThat(balance()).isEqualTo("200.00");
    }

    @ParameterizedTest
    @CsvSource({
        "100, 60.000000001, /budget/cost, insufficient-balance",
        "59, 60, /budget/cost, range",
        "0, 0, /budget/price, range",
        "100, 0, /budget/cost, range",
        "-100, -60, /budget/price, money"
    })
    void whatCannotBeBoughtIsRefusedAndNothingChanges(
            String price, String cost, String pointer, String code) {
        payIn("60");
        List<String> before = Stored.versions(running);

        create(price, cost)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo(pointer)
                .jsonPath("$.errors[0].code")
                .isEqualTo(code);

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void theSameRequestAgainBuysNothing() {
        payIn("200");
        String body = body("100", "60");
        String once = UUID.randomUUID().toString();

        JsonNode first = Api.json(api.once(path(), once, body).expectStatus().isCreated());
        JsonNode second = Api.json(api.once(path(), once, body).expectStatus().isCreated());

        assertThat(second).isEqualTo(first);
        assertThat(balance()).isEqualTo("140.00");
    }

    @Test
    void withoutAnIdempotencyKeyNothingIsBought() {
        payIn("200");
        running.api()
                .post()
                .uri("/api/v1" + path())
                .header("Content-Type", "application/json")
                .bodyValue(body("100", "60"))
                .exchange()
                .expectStatus()
                .isBadRequest();
        assertThat(balance()).isEqualTo("200.00");
    }

    @Test
    void theRatioIsLocked() {
        payIn("200");
        String key = Api.id(create("100", "60"));

        api.patch("/keys/" + key, Map.of("budget", Map.of("price", "100", "cost", "1")))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/budget");
    }

    private void payIn(String amount) {
        api.post("/resellers/" + reseller + "/top-ups", Map.of("amount", amount))
                .expectStatus()
                .isCreated();
    }

    private ResponseSpec create(String price, String cost) {
        return api.post(path(), body(price, cost));
    }

    private String path() {
        return "/clients/" + client + "/keys";
    }

    private static String body(String price, String cost) {
        return "{\"label\":\"Sold\",\"budget\":{\"price\":\"%s\",\"cost\":\"%s\"}}"
                .formatted(price, cost);
    }

    private String balance() {
        return Api.json(api.get("/resellers/" + reseller + "/balance"))
                .get("balance")
                .stringValue();
    }
}
