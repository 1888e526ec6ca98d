package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.Charge;
import io.weir.gateway.metering.Cost;
import io.weir.gateway.metering.Meter;
import java.util.UUID;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;

/// A request on its way through the filter.
///
/// @param id by which people ask about it
/// @param cost that of one request as long as nobody asks
record Visit(
        ServerWebExchange exchange,
        GatewayFilterChain chain,
        Route route,
        Dialect dialect,
        UUID request,
        String id,
        Cost cost) {

    static Visit of(
            UUID request,
            ServerWebExchange exchange,
            GatewayFilterChain chain,
            Route route,
            Meter meter) {
        Dialect dialect = Dialect.of(route, meter);
        return new Visit(exchange, chain, route, dialect, request, "req_" + request, Charge.NONE);
    }

    Visit with(ServerWebExchange other) {
        return new Visit(other, chain, route, dialect, request, id, cost);
    }

    Visit with(Cost quoted) {
        return new Visit(exchange, chain, route, dialect, request, id, quoted);
    }

    Reasons.Asked by(Caller caller) {
        return new Reasons.Asked(request, caller, routeId(), dialect, cost.reserved());
    }

    String routeId() {
        return route.getId();
    }
}
