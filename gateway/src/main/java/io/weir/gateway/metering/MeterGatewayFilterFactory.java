package io.weir.gateway.metering;

import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The filter `Meter` of routes: `Meter=openai`, `Meter=anthropic`, `Meter=header,X-Usage-Credits`.
///
/// It only declares. What is metered is set aside before any filter of the route runs, and settled
/// after all of them, so that rewrites and retries happen within one reservation.
@Component
public final class MeterGatewayFilterFactory
        extends AbstractGatewayFilterFactory<MeterGatewayFilterFactory.Config> {

    /// @param by how requests are metered
    /// @param header in which the upstream states a cost
    public record Config(String by, @org.jspecify.annotations.Nullable String header) {}

    /// What a route says of itself.
    record Declaration(Meter meter) implements GatewayFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            return chain.filter(exchange);
        }
    }

    public MeterGatewayFilterFactory() {
        super(Config.class);
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("by", "header");
    }

    @Override
    public GatewayFilter apply(Config config) {
        String header = config.header();
        return new Declaration(Meter.of(config.by(), header == null ? "" : header));
    }
}
