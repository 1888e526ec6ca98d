package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

class BudgetsTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String client = Api.id(api.client(reseller, 1));
    final String key = Api.id(api.key(client));

    @Test
    void aBudgetShowsWhatItCostAndWhatItEarned() {
        payIn("200");
        open(key, "100", "60");
        assertThat(balance()).isEqualTo("140.00");

        spend(key, "34.20");
        assertThat(text(budget(), "price")).isEqualTo("100.00");
        assertThat(text(budget(), "cost")).isEqualTo("60.00");
        assertThat(budget().get("margin_percent").toString()).isEqualTo("40");
        assertThat(budget().has("label")).isFalse();
        assertThat(text(budget(), "spent")).isEqualTo("34.20");
        assertThat(text(budget(), "remaining")).isEqualTo("65.80");
        assertThat(text(budget(), "profit")).isEqualTo("13.68");
    }

    @Test
    void aTopUpDebitsItsPartOfTheCost() {
        payIn("200");
        open(key, "100", "60");

        JsonNode made = Api.json(topUp("50").expectStatus().isCreated());

        assertThat(text(made, "amount")).isEqualTo("50.00");
        assertThat(text(made, "cost")).isEqualTo("30.00");
        assertThat(balance()).isEqualTo("110.00");
        assertThat(text(budget(), "price")).isEqualTo("150.00");
        assertThat(text(budget(), "cost")).isEqualTo("90.00");
    }

    @Test
    void aDeletedKeyGivesBackWhatItDidNotSpend() {
        payIn("200");
        open(key, "100", "60");
        spend(key, "34.20");
        topUp("50").expectStatus().isCreated();
        assertThat(balance()).isEqualTo("110.00");

        api.delete("/keys/" + key).expectStatus().isNoContent();

        assertThat(balance()).isEqualTo("179.48");
        api.get("/keys/" + key + "/budget").expectStatus().isNotFound();
        JsonNode entries =
                Api.json(api.get("/resellers/" + reseller + "/ledger-entries")).get("items");
        assertThat(entries.valueStream().map(entry -> text(entry, "kind") + text(entry, "amount")))
                .containsExactly("top-up200.00", "budget-60.00", "budget-30.00", "return69.48");
        assertThat(text(entries.get(3), "key_id")).isEqualTo(key);
    }

    @Test
    void aDeletedClientGivesBackTheBudgetsOfAllItsKeys() {
        payIn("200");
        String other = Api.id(api.key(client));
        open(key, "100", "60");
        open(other, "10", "1");
        spend(key, "100");

        api.delete("/clients/" + client).expectStatus().isNoContent();

        assertThat(balance()).isEqualTo("140.00");
        assertThat(text(revenue("").get("total"), "margin")).isEqualTo("40.00");
    }

    @Test
    void aCostThatIsThePriceIsLabelled() {
        payIn("200");
        open(key, "33.33", "33.33");
        spend(key, "33.33");

        assertThat(text(budget(), "label")).isEqualTo("No markup (internal share)");
        assertThat(budget().get("margin_percent").toString()).isEqualTo("0");
        assertThat(text(budget(), "profit")).isEqualTo("0.00");
    }

    @Test
    void whatIsNotThereIsNotSold() {
        payIn("60");
        open(key, "100", "60");

        topUp("0.000000002")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].code")
                .isEqualTo("insufficient-balance");
        assertThat(balance()).isEqualTo("0.00");
        assertThat(text(budget(), "price")).isEqualTo("100.00");
    }

    @Test
    void aKeyWithoutABudgetHasNone() {
        payIn("60");
        api.get("/keys/" + key + "/budget").expectStatus().isNotFound();
        topUp("1").expectStatus().isEqualTo(409);
        assertThat(balance()).isEqualTo("60.00");
    }

    @Test
    void revenueIsToldByClientAndForATime() {
        payIn("500");
        String own = Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own")));
        open(key, "100", "60");
        open(own, "10", "10");
        spend(key, "34.20");
        Instant between = Instant.now();
        spend(key, "0.80");
        spend(own, "5");

        JsonNode all = revenue("?group_by=client");
        assertThat(text(all.get("total"), "revenue")).isEqualTo("40.00");
        assertThat(text(all.get("total"), "cost")).isEqualTo("26.00");
        assertThat(text(all.get("total"), "margin")).isEqualTo("14.00");
        assertThat(all.get("total").get("margin_percent").toString()).isEqualTo("35");
        assertThat(all.get("items")).hasSize(2);
        assertThat(text(all.get("items").get(0), "client_id")).isEqualTo(client);
        assertThat(text(all.get("items").get(0), "margin")).isEqualTo("14.00");
        assertThat(all.get("items").get(1).get("client_id").isNull()).isTrue();

        assertThat(text(revenue("?to=" + between).get("total"), "margin")).isEqualTo("13.68");
        assertThat(text(revenue("?from=" + between).get("total"), "margin")).isEqualTo("0.32");
        assertThat(revenue("").get("items")).isEmpty();
        assertThat(revenue("?to=2001-01-01T00:00:00Z").get("total").get("margin_percent").isNull())
                .isTrue();
    }

    @Test
    void whatIsSpentIsEarnedBeforeItIsBooked() {
        payIn("200");
        open(key, "100", "33.333333333");
        spend(key, "0.000000004");
        Instant before = Instant.now();
        count(key, "34.200000001");
        String live = revenue("?group_by=client").toString().replaceAll("\"to\":\"[^\"]*\"", "");

        assertThat(text(revenue("").get("total"), "revenue")).isEqualTo("34.200000005");
        assertThat(text(revenue("").get("total"), "margin")).isEqualTo(text(budget(), "profit"));
        assertThat(text(revenue("?to=" + before).get("total"), "revenue")).isEqualTo("0.000000004");
        running.rows("SELECT weir.book_spending('0', 1000)");

        String booked = revenue("?group_by=client").toString().replaceAll("\"to\":\"[^\"]*\"", "");
        assertThat(booked).isEqualTo(live);
        assertThat(text(revenue("").get("total"), "margin")).isEqualTo(text(budget(), "profit"));
    }

    @Test
    void moneyStaysInItsCurrencyAndWithItsReseller() {
        api.patch("/resellers/" + reseller, Map.of("currency", "EUR")).expectStatus().isOk();
        payIn("1");
        api.patch("/resellers/" + reseller, Map.of("currency", "USD"))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/currency");
        api.delete("/clients/" + client).expectStatus().isNoContent();
        api.delete("/resellers/" + reseller).expectStatus().isEqualTo(409);
    }

    private void payIn(String amount) {
        api.post("/resellers/" + reseller + "/top-ups", Map.of("amount", amount))
                .expectStatus()
                .isCreated();
    }

    private ResponseSpec topUp(String amount) {
        return api.post("/keys/" + key + "/top-ups", Map.of("amount", amount));
    }

    private JsonNode budget() {
        return Api.json(api.get("/keys/" + key + "/budget").expectStatus().isOk());
    }

    private JsonNode revenue(String query) {
        return Api.json(api.get("/resellers/" + reseller + "/revenue" + query));
    }

    private String balance() {
        return text(Api.json(api.get("/resellers/" + reseller + "/balance")), "balance");
    }

    private void open(String of, String price, String cost) {
        running.rows(
                "SELECT weir.open_budget('%s', %d, %d)"
                        .formatted(of.substring(4), nanos(price), nanos(cost)));
    }

    private void spend(String of, String amount) {
        count(of, amount);
        running.rows("SELECT weir.book_spending('0', 1000)");
    }

    /// As gateways count it, a minute before it is booked.
    private void count(String of, String amount) {
        running.rows(
                """
                INSERT INTO weir.counter AS c (subject, policy, starts, used, unbooked_since)
                    VALUES ('%1$s', 'budget', to_timestamp(0), %2$d, now())
                    ON CONFLICT (subject, policy, starts) DO UPDATE
                        SET used = c.used + %2$d, unbooked_since = now()
                    RETURNING used
                """
                        .formatted(of.substring(4), nanos(amount)));
    }

    private static long nanos(String decimal) {
        return new BigDecimal(decimal).movePointRight(9).longValueExact();
    }

    private static String text(JsonNode node, String name) {
        return node.get(name).stringValue();
    }
}
