package io.weir.gateway.upstreams;

import io.netty.channel.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;

/// The host's filter that forwards requests, over each route's own connections.
final class RoutingFilter extends NettyRoutingFilter {

    private final RouteClients clients;

    RoutingFilter(
            HttpClient otherwise,
            ObjectProvider<List<HttpHeadersFilter>> headersFilters,
            HttpClientProperties properties,
            RouteClients clients) {
        super(otherwise, headersFilters, properties);
        this.clients = clients;
    }

    /// As it is: to set a timeout for each request, the host would copy it.
    @Override
    protected HttpClient getHttpClient(Route route, ServerWebExchange exchange) {
        return clients.of(route, loop(exchange.getRequest()));
    }

    private static @Nullable EventLoop loop(ServerHttpRequest request) {
        Object sent = ServerHttpRequestDecorator.getNativeRequest(request);
        return sent instanceof Connection caller ? caller.channel().eventLoop() : null;
    }
}
