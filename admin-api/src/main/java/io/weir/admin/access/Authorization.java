package io.weir.admin.access;

import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Reach;
import io.weir.admin.wire.CursorSeal;
import io.weir.quota.subject.Pepper;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Holds whoever is known to the operations of their role and their token's scopes.
@Component
@Order(1)
final class Authorization implements WebFilter {

    private final Operations operations;
    private final SecretKey cursors;

    Authorization(Operations operations, Pepper pepper) {
        this.operations = operations;
        this.cursors = new SecretKeySpec(pepper.derive("cursor", ""), "HmacSHA256");
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (Authentication.isOpen(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        var request = exchange.getRequest();
        return Principal.current()
                .doOnNext(operations.of(request)::require)
                .doOnNext(
                        by -> CursorSeal.put(request, cursors, new Reach(by.reseller()).setting()))
                .then(chain.filter(exchange));
    }
}
