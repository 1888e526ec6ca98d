package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// A reseller that pays by itself, and Stripe, which tells of it.
record Payer(Running running, StripeStandIn stripe, String reseller) {

    static Payer in(Running running, StripeStandIn stripe, String currency) {
        var terms = new HashMap<String, @Nullable Object>();
        terms.put("name", "Payer " + UUID.randomUUID());
        terms.put("contact_email", "payer@example.com");
        terms.put("monthly_quota", null);
        terms.put("currency", currency);
        return new Payer(running, stripe, Api.id(new Api(running.api()).post("/resellers", terms)));
    }

    static Payer shared(String currency) {
        return in(Running.shared(), Running.STRIPE, currency);
    }

    Api api() {
        return new Api(running.api());
    }

    String path() {
        return "/resellers/" + reseller + "/checkouts";
    }

    ResponseSpec ask(String amount) {
        return api().send(HttpMethod.POST, path(), Map.of("amount", amount), null);
    }

    JsonNode open(String amount) {
        return Api.json(ask(amount).expectStatus().isCreated());
    }

    /// Of what was asked for last.
    String session() {
        return stripe.session(reseller);
    }

    ResponseSpec tell(String event) {
        return tell(event, StripeStandIn.signature(event));
    }

    ResponseSpec tell(String event, String signature) {
        return running.anonymous()
                .post()
                .uri("/api/v1/webhooks/stripe")
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Stripe-Signature", signature)
                .bodyValue(event)
                .exchange();
    }

    String outcome(String event) {
        return Api.json(tell(event).expectStatus().isOk()).get("outcome").stringValue();
    }

    JsonNode checkout(String id) {
        return Api.json(api().get("/checkouts/" + id).expectStatus().isOk());
    }

    String balance() {
        return Api.json(api().get("/resellers/" + reseller + "/balance"))
                .get("balance")
                .stringValue();
    }

    List<String> amountsBooked() {
        return Api.json(api().get("/resellers/" + reseller + "/ledger-entries"))
                .get("items")
                .valueStream()
                .map(entry -> entry.get("amount").stringValue())
                .toList();
    }

    /// As the metrics have it.
    double told(String outcome) {
        return count("weir.checkouts.notices", outcome);
    }

    double asked(String outcome) {
        return count("weir.checkouts", outcome);
    }

    private double count(String meter, String outcome) {
        return running
                .application
                .getBean(MeterRegistry.class)
                .find(meter)
                .tag("outcome", outcome)
                .counters()
                .stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    void assertLedgerVerifies() {
        JsonNode verification = Api.json(api().get("/ledger/verify"));
        assertThat(verification.get("verified").booleanValue()).isTrue();
    }
}
