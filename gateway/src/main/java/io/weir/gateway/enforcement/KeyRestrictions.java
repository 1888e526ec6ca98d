package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.Refusal.Kind;
import io.weir.gateway.metering.RequestBodies;
import io.weir.gateway.metering.RequestBody;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.policy.Restrictions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Holds a key to its routes, models and addresses, before anything is consumed.
///
/// Which model a request asks for stands in its query or in its JSON body, which is read only where
/// models are restricted, or have prices of their own that matter to the key. There, a body that
/// does not tell its model is refused: nobody knows what the upstream would make of it. A request
/// without a body asks for no model.
final class KeyRestrictions {

    private static final String MODEL = "model";
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final RequestBodies bodies;

    KeyRestrictions(RequestBodies bodies) {
        this.bodies = bodies;
    }

    /// What came of looking at a request.
    sealed interface Checked {

        /// @param exchange the one to go on with
        /// @param model it asks for, as far as it was read; else empty
        /// @param body as far as it was read; else empty
        record Allowed(ServerWebExchange exchange, String model, ByteBuffer body)
                implements Checked {}

        record Forbidden(Bar bar) implements Checked {}

        /// Its body can't be read.
        record Unreadable(Refusal refusal) implements Checked {}
    }

    /// @param asks whether the model is to be told, also of a key that may use all
    Mono<Checked> check(
            Restrictions restrictions, String route, boolean asks, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (!allowAddress(restrictions, request)) {
            return Mono.just(new Checked.Forbidden(Bar.ADDRESS_NOT_ALLOWED));
        }
        if (!restrictions.allowRoute(route)) {
            return Mono.just(new Checked.Forbidden(Bar.ROUTE_NOT_ALLOWED));
        }
        List<String> inQuery = request.getQueryParams().getOrDefault(MODEL, List.of());
        if (!inQuery.stream().allMatch(model -> model != null && restrictions.allowModel(model))) {
            return Mono.just(new Checked.Forbidden(Bar.MODEL_NOT_ALLOWED));
        }
        boolean all = restrictions.models().isEmpty();
        String named = inQuery.size() == 1 ? inQuery.getFirst() : "";
        return (all && !asks) || isWebSocket(request)
                ? Mono.just(new Checked.Allowed(exchange, named, NOTHING))
                : bodies.read(request).map(body -> judge(body, restrictions, named, exchange));
    }

    /// That of the connection: no proxy in between is trusted to name another.
    static boolean allowAddress(Restrictions restrictions, ServerHttpRequest request) {
        InetSocketAddress peer = request.getRemoteAddress();
        return restrictions.allowAddress(peer == null ? null : peer.getAddress());
    }

    private static Checked judge(
            RequestBody body, Restrictions restrictions, String named, ServerWebExchange exchange) {
        boolean all = restrictions.models().isEmpty();
        return switch (body) {
            case RequestBody.Read(ByteBuffer bytes, Optional<String> model) ->
                    all
                                    || !bytes.hasRemaining()
                                    || model.filter(restrictions::allowModel).isPresent()
                            ? new Checked.Allowed(with(bytes, exchange), model.orElse(named), bytes)
                            : new Checked.Forbidden(Bar.MODEL_NOT_ALLOWED);
            case RequestBody.Opaque _ ->
                    new Checked.Forbidden(all ? Bar.NOT_PRICED : Bar.MODEL_NOT_ALLOWED);
            case RequestBody.Malformed(String detail) -> unreadable(Kind.MALFORMED_REQUEST, detail);
            case RequestBody.TooLarge(long most) ->
                    unreadable(
                            Kind.CONTENT_TOO_LARGE,
                            "Where the model has to be known, %d bytes may be sent at once."
                                    .formatted(most));
            case RequestBody.TooSlow() ->
                    unreadable(Kind.REQUEST_TIMEOUT, "The body did not arrive in time.");
        };
    }

    private static Checked unreadable(Kind kind, String detail) {
        return new Checked.Unreadable(Refusal.of(kind, detail));
    }

    /// It is opened by a GET, and has no body to read.
    private static boolean isWebSocket(ServerHttpRequest request) {
        return HttpMethod.GET.equals(request.getMethod())
                && "websocket".equalsIgnoreCase(request.getHeaders().getFirst(HttpHeaders.UPGRADE));
    }

    /// What was read is what is forwarded.
    static ServerWebExchange with(ByteBuffer body, ServerWebExchange exchange) {
        DataBufferFactory buffers = exchange.getResponse().bufferFactory();
        var request =
                new ServerHttpRequestDecorator(exchange.getRequest()) {

                    @Override
                    public Flux<DataBuffer> getBody() {
                        return body.hasRemaining()
                                ? Flux.defer(() -> Flux.just(buffers.wrap(body.duplicate())))
                                : Flux.empty();
                    }
                };
        return exchange.mutate().request(request).build();
    }
}
