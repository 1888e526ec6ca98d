package io.weir.admin.payment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.IdempotencyKey;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Money;
import io.weir.admin.wire.Page;
import io.weir.admin.wire.Patience;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import io.weir.admin.wire.Violations;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1")
class CheckoutEndpoint {

    private static final List<String> STATUSES =
            Arrays.stream(Status.values()).map(Status::word).toList();

    private final Checkouts checkouts;
    private final PaymentProvider provider;
    private final MeterRegistry meters;

    CheckoutEndpoint(Checkouts checkouts, PaymentProvider provider, MeterRegistry meters) {
        this.checkouts = checkouts;
        this.provider = provider;
        this.meters = meters;
    }

    @PostMapping(path = "/resellers/{id}/checkouts", consumes = "application/json")
    Mono<ResponseEntity<Checkout.Answer>> create(
            ServerWebExchange exchange,
            @PathVariable String id,
            @RequestBody(required = false) byte @Nullable [] bytes) {
        new Query(exchange.getRequest()).nothingElse();
        UUID reseller = parse(id);
        IdempotencyKey key = IdempotencyKey.require(exchange.getRequest());
        long amount = amount(bytes);
        Patience.ask(exchange);
        return Mono.zip(Principal.current(), checkouts.currency(reseller))
                .map(of -> Payment.of(reseller, amount, of.getT2(), key, of.getT1()))
                .flatMap(this::open)
                .map(made -> ResponseEntity.created(location(made)).body(made.answer()));
    }

    private static long amount(byte @Nullable [] bytes) {
        var violations = new Violations();
        Body body = Body.object(bytes, violations);
        long amount = body.required("amount", Form.payment(), null);
        body.nothingElse();
        violations.refuse();
        return amount;
    }

    private Mono<Checkout> open(Payment payment) {
        return provider.open(payment)
                .doOnNext(this::count)
                .flatMap(opening -> outcome(opening, payment));
    }

    private Mono<Checkout> outcome(Opening opening, Payment payment) {
        return switch (opening) {
            case Opening.Opened opened -> checkouts.add(payment, provider.name(), opened);
            case Opening.Uneven(long step) ->
                    Mono.error(
                            Problem.invalid(
                                    "/amount",
                                    "multiple-of",
                                    "This must be a multiple of %s %s."
                                            .formatted(Money.decimal(step), payment.currency())));
            case Opening.OutOfRange() ->
                    Mono.error(
                            Problem.invalid(
                                    "/amount",
                                    "range",
                                    "The payment provider takes less than this at once, or not so little."));
            case Opening.UnknownCurrency() ->
                    Mono.error(
                            Problem.conflict(
                                    "currency-not-taken",
                                    "The payment provider takes no " + payment.currency() + "."));
            case Opening.Refused(_) ->
                    Mono.error(
                            new Problem(
                                    HttpStatus.BAD_GATEWAY,
                                    "payment-refused",
                                    "The payment provider refused this; why is in the log. Nothing was paid."));
            case Opening.Unavailable(_) -> Mono.error(Problem.unavailable("The payment provider"));
            case Opening.Off() ->
                    Mono.error(
                            Problem.conflict(
                                    "payments-off",
                                    "No payment provider is set up here; an operator can book what was paid."));
        };
    }

    private void count(Opening opening) {
        Counter.builder("weir.checkouts")
                .description("Checkouts that were asked of the payment provider")
                .tag("outcome", opening.word())
                .register(meters)
                .increment();
    }

    @GetMapping("/resellers/{id}/checkouts")
    Mono<ResponseEntity<Page<Checkout.Answer>>> list(
            ServerHttpRequest request, @PathVariable String id) {
        UUID reseller = parse(id);
        var query = new Query(request);
        var listing = Listing.page(query);
        String status = query.oneOf("status", STATUSES);
        query.nothingElse();
        return checkouts
                .currency(reseller)
                .then(Mono.defer(() -> checkouts.list(reseller, listing, status)))
                .map(found -> Page.of(found, listing.limit(), Checkout::id))
                .map(page -> page.map(Checkout::answer).answer(request));
    }

    @GetMapping("/checkouts/{id}")
    Mono<Checkout.Answer> find(ServerHttpRequest request, @PathVariable String id) {
        new Query(request).nothingElse();
        return checkouts.find(Ids.parse(Resource.CHECKOUT, id)).map(Checkout::answer);
    }

    private static URI location(Checkout made) {
        return URI.create("/api/v1/checkouts/" + Ids.text(Resource.CHECKOUT, made.id()));
    }

    private static UUID parse(String id) {
        return Ids.parse(SubjectKind.RESELLER, id);
    }
}
