package io.weir.gateway.enforcement;

import com.github.f4b6a3.uuid.UuidCreator;
import io.weir.gateway.identity.Caller;
import java.util.UUID;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;

/// A request on its way through the filter.
///
/// @param id by which people ask about it
record Visit(
        ServerWebExchange exchange,
        GatewayFilterChain chain,
        Route route,
        Dialect dialect,
        UUID request,
        String id) {

    static Visit of(ServerWebExchange exchange, GatewayFilterChain chain, Route route) {
        UUID request = UuidCreator.getTimeOrderedEpochFast();
        return new Visit(exchange, chain, route, Dialect.of(route), request, "req_" + request);
    }

    Visit with(ServerWebExchange other) {
        return new Visit(other, chain, route, dialect, request, id);
    }

    Reasons.Asked by(Caller caller) {
        return new Reasons.Asked(request, caller, routeId(), dialect);
    }

    String routeId() {
        return route.getId();
    }
}
