package io.weir.gateway.upstreams;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Forwards a route's requests to one of its instances, and again where that is safe.
final class Balancing implements GatewayFilter, Ordered {

    /// Right after the host has made the address of a request; the place of its own load balancer.
    private static final int ORDER = 10_150;

    /// Before an instance that failed is asked again, as there is no other.
    private static final Duration PAUSE = Duration.ofMillis(50);

    /// A second `DELETE` finds nothing, and would tell that nothing was deleted.
    private static final String COUNTED = "provisioning";

    private final Instances instances;
    private final int retries;
    private final LongSupplier ticker;
    private final UpstreamMeters meters;

    Balancing(Instances instances, int retries, LongSupplier ticker, UpstreamMeters meters) {
        this.instances = instances;
        this.retries = retries;
        this.ticker = ticker;
        this.meters = meters;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return Mono.defer(() -> attempt(exchange, chain, retries, null));
    }

    private Mono<Void> attempt(
            ServerWebExchange exchange,
            GatewayFilterChain chain,
            int left,
            @Nullable Instance failed) {
        long now = ticker.getAsLong();
        Optional<Instance> begun = instances.begin(now, failed);
        if (begun.isEmpty()) {
            meters.unavailable(routeOf(exchange));
            return Mono.error(new UpstreamUnavailable(instances.retryAfter(now)));
        }
        Instance instance = begun.get();
        exchange.getAttributes()
                .compute(GATEWAY_REQUEST_URL_ATTR, (_, url) -> at(instance.address(), url));
        return chain.filter(exchange)
                .doOnSuccess(_ -> answered(instance, exchange.getResponse().getStatusCode()))
                .doOnError(failure -> failed(instance, failure, exchange))
                .doFinally(_ -> instance.ended())
                .onErrorResume(
                        failure ->
                                left > 0 && mayBeRepeated(failure, exchange)
                                        ? again(exchange, chain, left - 1, instance)
                                        : Mono.error(failure));
    }

    private Mono<Void> again(
            ServerWebExchange exchange, GatewayFilterChain chain, int left, Instance failed) {
        meters.retried(routeOf(exchange));
        ServerWebExchangeUtils.reset(exchange);
        Mono<Void> attempt = Mono.defer(() -> attempt(exchange, chain, left, failed));
        return instances.all().size() > 1 ? attempt : Mono.delay(PAUSE).then(attempt);
    }

    private void answered(Instance instance, @Nullable HttpStatusCode status) {
        if (status != null && Attempt.blames(status)) {
            instance.failed(ticker.getAsLong());
        } else {
            instance.answered();
        }
    }

    private void failed(Instance instance, Throwable failure, ServerWebExchange exchange) {
        if (Attempt.blames(failure, exchange.getRequest())) {
            instance.failed(ticker.getAsLong());
        }
    }

    private static boolean mayBeRepeated(Throwable failure, ServerWebExchange exchange) {
        return !exchange.getResponse().isCommitted()
                && Attempt.mayBeRepeated(failure, exchange.getRequest())
                && !(HttpMethod.DELETE.equals(exchange.getRequest().getMethod())
                        && route(exchange).getMetadata().containsKey(COUNTED));
    }

    private static URI at(URI address, @Nullable Object url) {
        var asked = (URI) Objects.requireNonNull(url);
        String query = asked.getRawQuery();
        return URI.create(address + asked.getRawPath() + (query == null ? "" : "?" + query));
    }

    private static Route route(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
    }

    private static String routeOf(ServerWebExchange exchange) {
        return route(exchange).getId();
    }
}
