package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/// A reseller that pays in by itself, at a stand-in for Stripe.
class CheckoutsTest {

    private static final Running running = Running.shared();

    @Test
    void whatIsPaidAtACheckoutTopsUpTheBalance() {
        var payer = Payer.shared("USD");

        JsonNode open = payer.open("200");
        assertThat(open.get("status").stringValue()).isEqualTo("open");
        assertThat(open.get("amount").stringValue()).isEqualTo("200.00");
        assertThat(open.get("currency").stringValue()).isEqualTo("USD");
        assertThat(open.get("reseller_id").stringValue()).isEqualTo(payer.reseller());
        assertThat(open.get("url").stringValue()).endsWith("/c/pay/" + payer.session());
        assertThat(open.get("paid_at").isNull()).isTrue();
        assertThat(payer.balance()).isEqualTo("0.00");

        String event = StripeStandIn.completed(payer.session(), 20_000, "usd");
        assertThat(payer.outcome(event)).isEqualTo("paid");

        assertThat(payer.balance()).isEqualTo("200.00");
        assertThat(payer.amountsBooked()).containsExactly("200.00");
        JsonNode paid = payer.checkout(open.get("id").stringValue());
        assertThat(paid.get("status").stringValue()).isEqualTo("paid");
        assertThat(paid.get("url").isNull()).isTrue();
        assertThat(paid.get("paid_at").isNull()).isFalse();
        payer.assertLedgerVerifies();
    }

    @Test
    void stripeIsAskedForThisAmountAndNoOther() {
        var payer = Payer.shared("EUR");
        payer.open("12.34");

        assertThat(Running.STRIPE.calls(payer.reseller()))
                .singleElement()
                .satisfies(
                        call ->
                                assertThat(call.form())
                                        .containsExactlyInAnyOrderEntriesOf(
                                                Map.of(
                                                        "mode", "payment",
                                                        "client_reference_id", payer.reseller(),
                                                        "adaptive_pricing[enabled]", "false",
                                                        "success_url", StripeStandIn.SUCCESS_URL,
                                                        "cancel_url", "https://shop.example/",
                                                        "line_items[0][quantity]", "1",
                                                        "line_items[0][price_data][currency]",
                                                                "eur",
                                                        "line_items[0][price_data][unit_amount]",
                                                                "1234",
                                                        "line_items[0][price_data][product_data][name]",
                                                                "Top-up")));
    }

    @ParameterizedTest
    @CsvSource({
        "USD, 200.00, 20000",
        "USD, 0.50, 50",
        "USD, 999999999.99, 99999999999",
        "JPY, 500, 500",
        "JPY, 500.000, 500",
        "HUF, 10.45, 1045",
        "ISK, 5, 500",
        "UGX, 3, 300",
        "KWD, 5.12, 5120"
    })
    void aCurrencyIsCountedAsStripeDoesAndBookedToTheLastUnit(
            String currency, String amount, long charged) {
        var payer = Payer.shared(currency);
        JsonNode open = payer.open(amount);

        assertThat(Running.STRIPE.calls(payer.reseller()).getFirst().form())
                .containsEntry("line_items[0][price_data][unit_amount]", Long.toString(charged));
        assertThat(payer.outcome(StripeStandIn.completed(payer.session(), charged, currency)))
                .isEqualTo("paid");
        assertThat(payer.balance()).isEqualTo(open.get("amount").stringValue());
    }

    @ParameterizedTest
    @CsvSource({
        "USD, 0.005, 0.01",
        "USD, 1.000000001, 0.01",
        "JPY, 0.5, 1.00",
        "JPY, 500.000000001, 1.00",
        "ISK, 1.01, 1.00",
        "KWD, 5.124, 0.01"
    })
    void whatIsNoWholeNumberOfTheSmallestUnitIsRefusedAndNobodyIsAsked(
            String currency, String amount, String step) {
        var payer = Payer.shared(currency);
        List<String> before = Stored.versions(running);

        payer.ask(amount)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/amount")
                .jsonPath("$.errors[0].code")
                .isEqualTo("multiple-of")
                .jsonPath("$.errors[0].detail")
                .isEqualTo("This must be a multiple of %s %s.".formatted(step, currency));

        assertThat(Stored.versions(running)).isEqualTo(before);
        assertThat(Running.STRIPE.calls(payer.reseller())).isEmpty();
    }

    @Test
    void theSameKeyAgainIsTheSameCheckoutAndAnothersIsAnother() {
        var payer = Payer.shared("USD");
        var other = Payer.shared("USD");
        String key = UUID.randomUUID().toString();
        String body = "{\"amount\":\"10\"}";

        var first = Api.result(payer.api().once(payer.path(), key, body));
        Api.assertSame(first, Api.result(payer.api().once(payer.path(), key, body)));
        Api.id(other.api().once(other.path(), key, body));

        assertThat(Running.STRIPE.calls(payer.reseller())).hasSize(1);
        assertThat(Running.STRIPE.calls(payer.reseller()).getFirst().idempotencyKey())
                .isNotEqualTo(Running.STRIPE.calls(other.reseller()).getFirst().idempotencyKey())
                .doesNotContain(key);
    }

    /// As after a day, or where our own answer was lost with its transaction.
    @Test
    void whatStripeRemembersAndWeDoNotIsStillOneCheckout() {
        var payer = Payer.shared("USD");
        String key = UUID.randomUUID().toString();
        String body = "{\"amount\":\"10\"}";
        String first = Api.id(payer.api().once(payer.path(), key, body));
        running.rows("DELETE FROM weir.idempotency_answer");

        assertThat(Api.id(payer.api().once(payer.path(), key, body))).isEqualTo(first);
        assertThat(Running.STRIPE.calls(payer.reseller())).hasSize(2);
        assertThat(Api.json(payer.api().get(payer.path())).get("items")).hasSize(1);

        running.rows("DELETE FROM weir.checkout WHERE id = '%s'".formatted(first.substring(4)));
        running.rows("DELETE FROM weir.idempotency_answer");
        String again = Api.id(payer.api().once(payer.path(), key, body));
        assertThat(again).isNotEqualTo(first);
        payer.outcome(StripeStandIn.completed(payer.session(), 1_000, "usd"));
        assertThat(payer.balance()).isEqualTo("10.00");
    }

    @Test
    void withoutAKeyNothingIsAskedFor() {
        var payer = Payer.shared("USD");

        Api.refused(
                running.api()
                        .post()
                        .uri("/api/v1" + payer.path())
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"amount\":\"10\"}")
                        .exchange(),
                400,
                "idempotency-key-required");

        assertThat(Running.STRIPE.calls(payer.reseller())).isEmpty();
    }

    @Test
    void aResellerPaysForItselfAndSeesNoOthersCheckouts() {
        Tenant own = Tenant.of(running);
        var body = Map.of("amount", "5");
        String path = "/resellers/" + own.fixture().reseller() + "/checkouts";
        String checkout = Api.id(own.api().post(path, body));
        var foreign = Payer.shared("USD");
        String others = foreign.open("5").get("id").stringValue();

        own.api().get("/checkouts/" + checkout).expectStatus().isOk();
        own.api().get("/checkouts/" + others).expectStatus().isNotFound();
        own.api().get(foreign.path()).expectStatus().isNotFound();
        own.api().post(foreign.path(), body).expectStatus().isNotFound();
        own.with("money:read").post(path, body).expectStatus().isForbidden();
    }

    @Test
    void checkoutsAreListedInTheirOrderAndByStatus() {
        var payer = Payer.shared("USD");
        String first = payer.open("1").get("id").stringValue();
        payer.outcome(StripeStandIn.completed(payer.session(), 100, "usd"));
        String second = payer.open("2").get("id").stringValue();

        assertThat(ids(payer, "")).containsExactly(first, second);
        assertThat(ids(payer, "?status=paid")).containsExactly(first);
        assertThat(ids(payer, "?status=open")).containsExactly(second);
        assertThat(ids(payer, "?limit=1")).containsExactly(first);
    }

    private static List<String> ids(Payer payer, String query) {
        return Api.json(payer.api().get(payer.path() + query))
                .get("items")
                .valueStream()
                .map(one -> one.get("id").stringValue())
                .toList();
    }

    @Test
    void whileSomebodyCanPayTheResellerAndItsCurrencyStay() {
        var payer = Payer.shared("USD");
        payer.open("1");

        payer.api()
                .patch("/resellers/" + payer.reseller(), "{\"currency\": \"EUR\"}")
                .expectStatus()
                .isEqualTo(422);
        Api.refused(payer.api().delete("/resellers/" + payer.reseller()), 409, "in-use");

        payer.outcome(
                StripeStandIn.event(
                        "checkout.session.expired", payer.session(), 100, "usd", "unpaid"));
        payer.api().delete("/resellers/" + payer.reseller()).expectStatus().isNoContent();
    }
}
