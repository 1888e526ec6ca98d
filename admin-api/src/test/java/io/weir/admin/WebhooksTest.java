package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Stripe tells, and what others who know the address may try.
class WebhooksTest {

    private static final int COPIES = 5;
    private static final Running running = Running.shared();

    final Payer payer = Payer.shared("USD");

    @Test
    void aPaymentThatIsToldFiveTimesAtOnceIsBookedOnce() throws InterruptedException {
        for (int round = 1; round <= 10; round++) {
            payer.open("20");
            String event = StripeStandIn.completed(payer.session(), 2_000, "usd");

            List<String> outcomes = atOnce(() -> payer.outcome(event));

            assertThat(outcomes)
                    .containsExactlyInAnyOrder(
                            "paid", "repeated", "repeated", "repeated", "repeated");
            assertThat(payer.amountsBooked()).hasSize(round).containsOnly("20.00");
        }
        assertThat(payer.balance()).isEqualTo("200.00");
        payer.assertLedgerVerifies();
    }

    private static List<String> atOnce(Callable<String> call) throws InterruptedException {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, COPIES).mapToObj(_ -> call).toList();
            return executor.invokeAll(calls).stream().map(done -> done.resultNow()).toList();
        }
    }

    @Test
    void whatStripeDidNotSignNowChangesNothing() {
        payer.open("20");
        String event = StripeStandIn.completed(payer.session(), 2_000, "usd");
        String right = StripeStandIn.signature(event);
        String secret = StripeStandIn.WEBHOOK_SECRET;
        Instant now = Instant.now();
        List<String> before = Stored.versions(running);
        double refused = payer.told("refused");

        List<String> signatures = new ArrayList<>();
        signatures.add(StripeStandIn.signature(event, "whsec_other", now));
        signatures.add(right.replace("v1", "v0"));
        signatures.add(StripeStandIn.signature(event, secret, now.minusSeconds(310)));
        signatures.add(right.replaceFirst("t=\\d+", "t=" + (now.getEpochSecond() - 1)));
        signatures.addAll(
                List.of("", "t=", "t=x,v1=y", "v1=", "t=1", ",", "=", "t=9".repeat(50), "x"));
        for (String signature : signatures) {
            Api.refused(payer.tell(event, signature), 400, "signature-refused");
        }
        String more = event.replace("2000", "9000");
        assertThat(more).isNotEqualTo(event);
        Api.refused(payer.tell(more, right), 400, "signature-refused");
        Api.refused(payer.tell(event + " ", right), 400, "signature-refused");

        assertThat(payer.told("refused") - refused).isEqualTo(signatures.size() + 2);
        assertThat(Stored.versions(running)).isEqualTo(before);
        assertThat(payer.outcome(event)).isEqualTo("paid");
    }

    @Test
    void withoutASignatureOrABodyNothingIsHeard() {
        var call =
                running.anonymous()
                        .post()
                        .uri("/api/v1/webhooks/stripe")
                        .header("Content-Type", "application/json");
        Api.refused(call.bodyValue("{}").exchange(), 400, "signature-refused");
        Api.refused(payer.tell("{", StripeStandIn.signature("{")), 400, "signature-refused");
    }

    /// Clocks differ, and calls take their time.
    @Test
    void aSignatureOfTheLastFiveMinutesCounts() {
        payer.open("20");
        String event = StripeStandIn.completed(payer.session(), 2_000, "usd");
        String signature =
                StripeStandIn.signature(
                        event, StripeStandIn.WEBHOOK_SECRET, Instant.now().minusSeconds(270));

        payer.tell(event, signature).expectStatus().isOk();

        assertThat(payer.balance()).isEqualTo("20.00");
    }

    /// As while Stripe's webhook gets a new secret.
    @Test
    void oneRightSignatureAmongOthersIsEnough() {
        payer.open("20");
        String event = StripeStandIn.completed(payer.session(), 2_000, "usd");

        payer.tell(event, StripeStandIn.signature(event) + ",v1=" + "0".repeat(64))
                .expectStatus()
                .isOk();

        assertThat(payer.balance()).isEqualTo("20.00");
    }

    @ParameterizedTest
    @CsvSource({"1999, usd", "2001, usd", "20, usd", "200000, usd", "0, usd", "2000, eur"})
    void anotherPaymentThanWasAskedForIsNotCredited(long charged, String currency) {
        payer.open("20");
        double before = payer.told("mismatch");

        String event = StripeStandIn.completed(payer.session(), charged, currency);
        assertThat(payer.outcome(event)).isEqualTo("mismatch");

        assertThat(payer.told("mismatch")).isEqualTo(before + 1);
        assertThat(payer.amountsBooked()).isEmpty();
        assertThat(payer.balance()).isEqualTo("0.00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "checkout.session.completed",
                "checkout.session.async_payment_succeeded",
                "checkout.session.async_payment_failed",
                "checkout.session.expired"
            })
    void whatIsPaidElsewhereIsNotOurs(String type) {
        List<String> before = Stored.versions(running);

        String event = StripeStandIn.event(type, "cs_of_others", 2_000, "usd", "paid");
        assertThat(payer.outcome(event)).isEqualTo("unknown");

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"payment_intent.succeeded", "checkout.session.created", "x"})
    void whatIsNotAboutACheckoutsEndIsIgnored(String type) {
        payer.open("20");
        String event = StripeStandIn.event(type, payer.session(), 2_000, "usd", "paid");

        assertThat(payer.outcome(event)).isEqualTo("ignored");
        for (String other : List.of("{}", "null", "[]", "{\"type\": {}}")) {
            assertThat(payer.outcome(other)).isEqualTo("ignored");
        }

        assertThat(payer.balance()).isEqualTo("0.00");
    }

    @ParameterizedTest
    @CsvSource({
        "completed/unpaid, processing, 0.00",
        "completed/no_payment_required, open, 0.00",
        "expired/unpaid, expired, 0.00",
        "completed/unpaid async_payment_succeeded/paid, paid, 20.00",
        "completed/unpaid async_payment_failed/unpaid, failed, 0.00",
        "async_payment_succeeded/paid completed/unpaid, paid, 20.00",
        "completed/paid expired/unpaid async_payment_failed/unpaid, paid, 20.00",
        "expired/unpaid completed/unpaid, expired, 0.00",
        "expired/unpaid completed/paid, paid, 20.00",
        "completed/unpaid expired/unpaid, processing, 0.00",
        "completed/paid async_payment_succeeded/paid, paid, 20.00"
    })
    void inWhateverOrderItIsToldOnlyWhatIsPaidIsBooked(String told, String status, String balance) {
        String checkout = payer.open("20").get("id").stringValue();

        for (String one : told.split(" ", -1)) {
            String[] parts = one.split("/", -1);
            payer.tell(
                            StripeStandIn.event(
                                    "checkout.session." + parts[0],
                                    payer.session(),
                                    2_000,
                                    "usd",
                                    parts[1]))
                    .expectStatus()
                    .isOk();
        }

        assertThat(payer.checkout(checkout).get("status").stringValue()).isEqualTo(status);
        assertThat(payer.balance()).isEqualTo(balance);
    }

    @Test
    void aPaymentForAResellerThatIsGoneIsToldToTheOperator() {
        payer.open("20");
        running.rows(
                "UPDATE weir.checkout SET expires_at = now() WHERE reseller_id = '%s'"
                        .formatted(payer.reseller().substring(4)));
        payer.api().delete("/resellers/" + payer.reseller()).expectStatus().isNoContent();
        double before = payer.told("stranded");

        String event = StripeStandIn.completed(payer.session(), 2_000, "usd");
        assertThat(payer.outcome(event)).isEqualTo("stranded");

        assertThat(payer.told("stranded")).isEqualTo(before + 1);
    }

    @Test
    void aPaymentForWhichTheLedgerHasNoRoomIsToldToTheOperator() {
        for (int i = 0; i < 9; i++) {
            payer.api()
                    .post(
                            "/resellers/" + payer.reseller() + "/top-ups",
                            Map.of("amount", "999999999"))
                    .expectStatus()
                    .isCreated();
        }
        payer.open("999999999");
        List<String> before = Stored.versions(running);

        String event = StripeStandIn.completed(payer.session(), 99_999_999_900L, "usd");
        assertThat(payer.outcome(event)).isEqualTo("stranded");

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void anEntryOfTheAuditLogTellsWhatWasBooked() {
        String checkout = payer.open("20").get("id").stringValue();
        payer.outcome(StripeStandIn.completed(payer.session(), 2_000, "usd"));

        var entry =
                Api.json(payer.api().get("/audit-log?resource=checkout&limit=1"))
                        .get("items")
                        .get(0);
        assertThat(entry.get("action").stringValue()).isEqualTo("pay");
        assertThat(entry.toString())
                .contains(checkout, "\"status\":\"paid\"", "20000000000")
                .doesNotContain("checkout.stripe.com");
    }

    @Test
    void whoIsNotKnownSendsLittle() {
        payer.tell(" ".repeat(256 * 1024 + 1), "x").expectStatus().isEqualTo(413);
        Api.refused(payer.tell(" ".repeat(256 * 1024), "x"), 400, "signature-refused");
    }
}
