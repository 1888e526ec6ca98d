package io.weir.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_PREDICATE_ROUTE_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REACTOR_CONTEXT_ATTR;

import io.weir.gateway.routing.Answer.Now;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// Takes the place of the host's mapping, and uses its search where it has no answer itself.
final class RouteMapping extends RoutePredicateHandlerMapping
        implements ApplicationListener<RefreshRoutesResultEvent> {

    private static final Logger log = LoggerFactory.getLogger(RouteMapping.class);

    private final RouteLocator routes;
    private volatile @Nullable RouteTable table;

    RouteMapping(
            FilteringWebHandler handler,
            RouteLocator routes,
            GlobalCorsProperties cors,
            Environment environment) {
        super(handler, routes, cors, environment);
        this.routes = routes;
    }

    /// The host has them in its memory by now.
    @Override
    public void onApplicationEvent(RefreshRoutesResultEvent refreshed) {
        routes.getRoutes()
                .collectList()
                .subscribe(
                        all -> table = new RouteTable(all),
                        failure -> log.warn("The routes could not be read", failure));
    }

    @Override
    protected Mono<Route> lookupRoute(ServerWebExchange exchange) {
        RouteTable known = table;
        if (known == null) {
            return super.lookupRoute(exchange);
        }
        Context context =
                Context.of(
                        exchange.<ContextView>getRequiredAttribute(GATEWAY_REACTOR_CONTEXT_ATTR));
        for (Route route : known.candidates(exchange.getRequest().getURI().getRawPath())) {
            switch (answer(route, exchange, context)) {
                case YES -> {
                    validateRoute(route, exchange);
                    return Mono.just(route);
                }
                case LATER -> {
                    return super.lookupRoute(exchange);
                }
                case NO -> {}
            }
        }
        return Mono.empty();
    }

    /// A predicate that fails does not hold, as in the host.
    private static Now answer(Route route, ServerWebExchange exchange, Context context) {
        exchange.getAttributes().put(GATEWAY_PREDICATE_ROUTE_ATTR, route.getId());
        try {
            return Answer.of(route.getPredicate().apply(exchange), context);
        } catch (RuntimeException failure) {
            log.error("Error applying predicate for route: {}", route.getId(), failure);
            return Now.NO;
        }
    }
}
