package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What callers are told while the payment provider can't, or won't.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class PaymentProviderAwayTest {

    /// More than are let wait for it.
    private static final int PAYERS = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    final StripeStandIn stripe = new StripeStandIn();
    Running.Recorded started;

    @BeforeAll
    void start() {
        var settings = new HashMap<>(stripe.settings());
        settings.put("weir.payment.stripe.timeout", PATIENCE.toMillis() + "ms");
        started = Running.recorded(Running.shared().server, settings);
    }

    @AfterAll
    void stop() {
        started.close();
        stripe.close();
    }

    @ParameterizedTest
    @CsvSource({
        "HANGING, 503, unavailable, unavailable",
        "TRICKLING, 503, unavailable, unavailable",
        "BROKEN, 503, unavailable, unavailable",
        "BUSY, 503, unavailable, unavailable",
        "CHARGING_MORE, 503, unavailable, unavailable",
        "UNAUTHORIZED, 502, payment-refused, refused",
        "NOT_THAT_CURRENCY, 409, currency-not-taken, unknown-currency",
        "TOO_LITTLE, 422, invalid-request, out-of-range"
    })
    void theAnswerIsQuickAndSaysWhoseFaultItIsAndNothingIsStored(
            StripeStandIn.Mood mood, int status, String problem, String counted, CapturedOutput log)
            throws Exception {
        var payer = Payer.in(started.running(), stripe, "USD");
        String key = UUID.randomUUID().toString();
        String body = "{\"amount\":\"10\"}";
        List<String> before = Stored.versions(started.running());
        double asked = payer.asked(counted);
        stripe.be(mood);
        long begun = System.nanoTime();

        var answer = Api.result(payer.api().once(payer.path(), key, body));

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isLessThan(PATIENCE.multipliedBy(4));
        assertThat(answer.getStatus().value()).isEqualTo(status);
        String told = Api.json(answer).toString();
        assertThat(told).contains("urn:weir:problem:" + problem);
        assertThat(told + log)
                .doesNotContain(StripeStandIn.SECRET_KEY, StripeStandIn.WEBHOOK_SECRET);
        assertThat(payer.asked(counted)).isEqualTo(asked + 1);
        assertThat(Stored.versions(started.running())).isEqualTo(before);

        stripe.be(StripeStandIn.Mood.KIND);
        Api.id(payer.api().once(payer.path(), key, body));
        assertThat(stripe.calls(payer.reseller()).stream().map(StripeStandIn.Call::idempotencyKey))
                .hasSize(2)
                .containsOnly(stripe.calls(payer.reseller()).getFirst().idempotencyKey());
    }

    @Test
    void whileItHangsEverythingElseGoesOn() {
        var payer = Payer.in(started.running(), stripe, "USD");
        List<String> before = Stored.versions(started.running());
        stripe.be(StripeStandIn.Mood.HANGING);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> pay = () -> Api.result(payer.ask("10")).getStatus().value();
            var paying = IntStream.range(0, PAYERS).mapToObj(_ -> executor.submit(pay)).toList();
            for (int i = 0; i < PAYERS; i++) {
                payer.api().get("/resellers").expectStatus().isOk();
            }
            for (var paid : paying) {
                assertThat(paid).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(503);
            }
        } finally {
            stripe.be(StripeStandIn.Mood.KIND);
        }
        assertThat(Stored.versions(started.running())).isEqualTo(before);
        payer.open("10");
    }

    @Test
    void withoutAKeyOfStripesPaymentsAreOff() {
        try (var off =
                Running.recorded(
                        Running.shared().server,
                        Map.of("weir.access.admin-token", Running.TOKEN))) {
            var payer = Payer.in(off.running(), stripe, "USD");
            List<String> before = Stored.versions(off.running());

            Api.refused(payer.ask("10"), 409, "payments-off");
            String event = StripeStandIn.completed("cs_test_1", 1_000, "usd");
            Api.refused(payer.tell(event), 404, "not-found");

            assertThat(Stored.versions(off.running())).isEqualTo(before);
            assertThat(Api.json(payer.api().get(payer.path())).get("items")).isEmpty();
        }
    }
}
