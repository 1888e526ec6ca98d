package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.Refusal.Kind;
import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.RequestBody;
import io.weir.gateway.provisioning.Change;
import io.weir.gateway.provisioning.FieldError;
import io.weir.gateway.provisioning.Places;
import io.weir.gateway.provisioning.Placing;
import io.weir.gateway.provisioning.Provision;
import io.weir.gateway.provisioning.Provisions;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Serves requests that create or delete what is counted of a reseller. Each goes on to its end
/// also if its caller has left: what the upstream did has to be known.
final class Provisioned {

    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    private final Provisions provisions;
    private final Places places;
    private final int readLimit;

    /// @param readLimit the most bytes of an answer that are read before it is passed on
    Provisioned(Provisions provisions, Places places, int readLimit) {
        this.provisions = provisions;
        this.places = places;
        this.readLimit = readLimit;
    }

    /// How one is forwarded, or answered in the gateway's own name.
    interface Way {

        Mono<Void> forward(Visit visit);

        Mono<Void> refuse(Refusal refusal);
    }

    /// Whether a request may change how much there is.
    boolean concerns(Visit visit) {
        return provisions.of(visit.route()) != null && (isPost(visit) || isDelete(visit));
    }

    /// An exchange that goes on without its caller. How long that may take is bounded in it.
    static Mono<Void> goingOn(Mono<Void> exchange, Admitting admitting) {
        return Mono.create(
                caller -> {
                    var left = new AtomicBoolean();
                    caller.onCancel(
                            () -> {
                                left.set(true);
                                admitting.left();
                            });
                    exchange.contextWrite(caller.contextView())
                            .subscribe(
                                    _ -> {},
                                    failure -> {
                                        if (!left.get()) {
                                            caller.error(failure);
                                        }
                                    },
                                    caller::success);
                });
    }

    Mono<Void> serve(Caller caller, Visit visit, Admitting admitting, Way way) {
        Provision provision = Objects.requireNonNull(provisions.of(visit.route()));
        return isPost(visit)
                ? create(provision, caller, visit, admitting, way)
                : delete(provision, caller, visit, admitting, way);
    }

    private Mono<Void> create(
            Provision provision, Caller caller, Visit visit, Admitting admitting, Way way) {
        return places.reserve(
                        provision,
                        caller.reseller(),
                        visit.request(),
                        visit.exchange().getRequest())
                .flatMap(
                        placing ->
                                switch (placing) {
                                    case Placing.Reserved(Change creation, ByteBuffer body) ->
                                            forward(
                                                    creation,
                                                    visit.with(plain(body, visit.exchange())),
                                                    admitting,
                                                    way);
                                    case Placing.Refused refused -> way.refuse(refusal(refused));
                                    case Placing.Invalid(List<FieldError> errors) ->
                                            way.refuse(invalid(errors));
                                    case Placing.Unreadable(RequestBody body) ->
                                            way.refuse(unreadable(body));
                                    case Placing.StoreAway() -> way.refuse(storeAway());
                                });
    }

    private Mono<Void> delete(
            Provision provision, Caller caller, Visit visit, Admitting admitting, Way way) {
        if (places.areAway()) {
            return way.refuse(storeAway());
        }
        return called(provision, visit.exchange())
                .flatMap(name -> places.deletion(provision, caller.reseller(), name))
                .map(deletion -> forward(deletion, visit, admitting, way))
                .orElseGet(() -> way.forward(visit));
    }

    /// A path with parameters names something else to the upstream than to the route.
    private static Optional<String> called(Provision provision, ServerWebExchange exchange) {
        return Optional.ofNullable(provision.pathVariable())
                .filter(_ -> exchange.getRequest().getURI().getRawPath().indexOf(';') < 0)
                .map(ServerWebExchangeUtils.getUriTemplateVariables(exchange)::get);
    }

    private Mono<Void> forward(Change change, Visit visit, Admitting admitting, Way way) {
        ServerWebExchange exchange = visit.exchange();
        var response =
                new ProvisionedResponse(
                        exchange.getResponse(),
                        change,
                        admitting.reservation()::isForwarded,
                        readLimit);
        return Mono.defer(
                        () -> way.forward(visit.with(exchange.mutate().response(response).build())))
                .timeout(places.patience(), Mono.error(Provisioned::tookTooLong))
                .onErrorResume(failure -> end(change, admitting).then(Mono.error(failure)))
                .then(Mono.defer(() -> end(change, admitting)))
                .doOnCancel(() -> end(change, admitting).subscribe());
    }

    /// If nothing has told it yet.
    private static Mono<Void> end(Change change, Admitting admitting) {
        if (!admitting.reservation().isForwarded()) {
            return change.undone();
        }
        change.unknown();
        return Mono.empty();
    }

    private static ResponseStatusException tookTooLong() {
        return new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT);
    }

    /// Its answer must be readable.
    private static ServerWebExchange plain(ByteBuffer body, ServerWebExchange exchange) {
        return KeyRestrictions.with(body, exchange)
                .mutate()
                .request(
                        request ->
                                request.headers(
                                        headers ->
                                                headers.set(
                                                        HttpHeaders.ACCEPT_ENCODING, "identity")))
                .build();
    }

    private static Refusal refusal(Placing.Refused refused) {
        Kind kind = refused.isFull() ? Kind.LIMIT_EXCEEDED : Kind.INVALID_REQUEST;
        return Refusal.of(kind, new Objections(refused.errors(), refused.limits()));
    }

    private static Refusal invalid(List<FieldError> errors) {
        return Refusal.of(Kind.INVALID_REQUEST, new Objections(errors, List.of()));
    }

    private static Refusal unreadable(RequestBody body) {
        return switch (body) {
            case RequestBody.Malformed(String detail) -> Refusal.of(Kind.MALFORMED_REQUEST, detail);
            case RequestBody.TooLarge(long most) ->
                    Refusal.of(
                            Kind.CONTENT_TOO_LARGE,
                            "What creates something may have %d bytes.".formatted(most));
            case RequestBody.TooSlow() ->
                    Refusal.of(Kind.REQUEST_TIMEOUT, "The body did not arrive in time.");
            case RequestBody.Opaque _, RequestBody.Read _ ->
                    Refusal.of(
                            Kind.MALFORMED_REQUEST,
                            "The body must be application/json and not compressed: what is asked"
                                    + " for is read from it.");
        };
    }

    private static Refusal storeAway() {
        return Refusal.storeAway(new StoreAway(List.of(), STORE_RETRY));
    }

    private static boolean isPost(Visit visit) {
        return HttpMethod.POST.equals(visit.exchange().getRequest().getMethod());
    }

    private static boolean isDelete(Visit visit) {
        return HttpMethod.DELETE.equals(visit.exchange().getRequest().getMethod());
    }
}
