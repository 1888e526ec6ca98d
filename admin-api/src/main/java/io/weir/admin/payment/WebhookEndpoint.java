package io.weir.admin.payment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.admin.principal.Reach;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Query;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Open to everybody: what counts is what the provider signed.
@RestController
class WebhookEndpoint {

    private static final Logger log = LoggerFactory.getLogger(WebhookEndpoint.class);

    private final Checkouts checkouts;
    private final PaymentProvider provider;
    private final MeterRegistry meters;

    WebhookEndpoint(Checkouts checkouts, PaymentProvider provider, MeterRegistry meters) {
        this.checkouts = checkouts;
        this.provider = provider;
        this.meters = meters;
    }

    /// What came of it, for whoever reads the provider's own log of its calls.
    record Heard(String outcome) {}

    @PostMapping(path = "/api/v1/webhooks/stripe", consumes = "application/json")
    Mono<Heard> hear(
            ServerHttpRequest request,
            @RequestHeader(name = "Stripe-Signature", required = false) @Nullable String signature,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(request).nothingElse();
        byte[] body = Objects.requireNonNullElse(bytes, new byte[0]);
        return act(provider.read(body, signature))
                .doOnNext(this::count)
                .map(Heard::new)
                .contextWrite(Reach::ours);
    }

    private Mono<String> act(Notice notice) {
        return switch (notice) {
            case Notice.Paid paid ->
                    checkouts.pay(provider.name(), paid).doOnNext(outcome -> tell(paid, outcome));
            case Notice.Moved moved -> checkouts.move(provider.name(), moved);
            case Notice.Ignored() -> Mono.just("ignored");
            case Notice.Refused() -> {
                count("refused");
                yield Mono.error(
                        new Problem(
                                HttpStatus.BAD_REQUEST,
                                "signature-refused",
                                "This is not signed by the payment provider, or not of now."));
            }
            case Notice.Off() -> Mono.error(Problem::notFound);
        };
    }

    /// Somebody may have to give that money back.
    private static void tell(Notice.Paid paid, String outcome) {
        switch (outcome) {
            case "paid", "repeated" -> {}
            case "unknown" -> log.warn("Paid at {}, which is no checkout of ours", paid.session());
            default ->
                    log.error(
                            "Paid at {} and not credited, {}: {} minor units of {}",
                            paid.session(),
                            outcome,
                            paid.charged(),
                            paid.currency());
        }
    }

    private void count(String outcome) {
        Counter.builder("weir.checkouts.notices")
                .description("What the payment provider told of checkouts")
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }
}
