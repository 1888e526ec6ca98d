package io.weir.admin.access;

import io.weir.admin.wire.Problem;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Lets nobody past without a token. What is open is listed here; everything else is closed,
/// whether it exists or not.
@Component
@Order(0)
final class Authentication implements WebFilter {

    private static final String DESCRIPTION = "/v3/api-docs";

    /// What comes there is signed, or refused.
    private static final String WEBHOOK = "/api/v1/webhooks/stripe";

    /// Of the management port: on this one there is nothing below it.
    private static final String MANAGEMENT = "/actuator";

    private static final String SCHEME = "Bearer ";

    private final Bearers bearers;

    Authentication(Bearers bearers) {
        this.bearers = bearers;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (isOpen(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        return bearer(exchange.getRequest())
                .map(bearers::of)
                .orElse(Mono.just(Optional.empty()))
                .flatMap(
                        bearer ->
                                bearer.map(known -> chain.filter(exchange).contextWrite(known::in))
                                        .orElseGet(Authentication::refuse));
    }

    static boolean isOpen(ServerHttpRequest request) {
        String path = request.getPath().value();
        return path.equals(DESCRIPTION)
                || path.equals(WEBHOOK)
                || path.equals(MANAGEMENT)
                || path.startsWith(MANAGEMENT + "/");
    }

    private static Optional<String> bearer(ServerHttpRequest request) {
        String authorization = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        return authorization != null
                        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? Optional.of(authorization.substring(SCHEME.length()).strip())
                : Optional.empty();
    }

    private static <T> Mono<T> refuse() {
        return Mono.error(
                new Problem(
                                HttpStatus.UNAUTHORIZED,
                                "invalid-token",
                                "Send a token as Authorization: Bearer.")
                        .with(HttpHeaders.WWW_AUTHENTICATE, "Bearer"));
    }
}
