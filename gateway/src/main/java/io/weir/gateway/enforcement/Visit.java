package io.weir.gateway.enforcement;

import com.github.f4b6a3.uuid.UuidCreator;
import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.Charge;
import io.weir.quota.usage.Usage;
import java.util.UUID;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;

/// A request on its way through the filter.
///
/// @param id by which people ask about it
/// @param charge none as long as nobody asks what it costs
record Visit(
        ServerWebExchange exchange,
        GatewayFilterChain chain,
        Route route,
        Dialect dialect,
        UUID request,
        String id,
        Charge charge) {

    static Visit of(ServerWebExchange exchange, GatewayFilterChain chain, Route route) {
        UUID request = UuidCreator.getTimeOrderedEpochFast();
        return new Visit(
                exchange, chain, route, Dialect.of(route), request, "req_" + request, Charge.NONE);
    }

    Visit with(ServerWebExchange other) {
        return new Visit(other, chain, route, dialect, request, id, charge);
    }

    Visit with(Charge quoted) {
        return new Visit(exchange, chain, route, dialect, request, id, quoted);
    }

    /// What is set aside for it.
    Usage cost() {
        return charge.reserved() == 0 ? Usage.ONE_REQUEST : new Usage(1, 0, charge.reserved());
    }

    Reasons.Asked by(Caller caller) {
        return new Reasons.Asked(request, caller, routeId(), dialect, cost());
    }

    String routeId() {
        return route.getId();
    }
}
