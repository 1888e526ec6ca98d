package io.weir.gateway.routing;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.addOriginalRequestUrl;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.StripPrefixGatewayFilterFactory;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// The host's filter `StripPrefix`, which nearly every route has, without a copy of all header
/// fields for a path.
final class StrippedPrefix extends StripPrefixGatewayFilterFactory {

    @Override
    public String name() {
        return "StripPrefix";
    }

    @Override
    public GatewayFilter apply(Config config) {
        GatewayFilter hosts = super.apply(config);
        return new GatewayFilter() {

            @Override
            public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
                return chain.filter(stripped(exchange, config.getParts()));
            }

            @Override
            public String toString() {
                return hosts.toString();
            }
        };
    }

    private static ServerWebExchange stripped(ServerWebExchange exchange, int parts) {
        ServerHttpRequest request = exchange.getRequest();
        URI asked = request.getURI();
        addOriginalRequestUrl(exchange, asked);
        URI left = with(asked, stripped(asked.getRawPath(), parts));
        exchange.getAttributes().put(GATEWAY_REQUEST_URL_ATTR, left);
        return exchange.mutate().request(new Request(request, left)).build();
    }

    /// A raw path without its first segments. Empty segments are none, and are left out.
    static String stripped(String path, int parts) {
        var left = new StringBuilder(path.length() + 1).append('/');
        int segments = 0;
        for (int at = 0; at < path.length(); ) {
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            if (end > at && ++segments > parts) {
                left.append(left.length() > 1 ? "/" : "").append(path, at, end);
            }
            at = end + 1;
        }
        return left.append(left.length() > 1 && path.endsWith("/") ? "/" : "").toString();
    }

    private static URI with(URI uri, String path) {
        var text = new StringBuilder();
        if (uri.getScheme() != null) {
            text.append(uri.getScheme()).append(':');
        }
        if (uri.getRawAuthority() != null) {
            text.append("//").append(uri.getRawAuthority());
        }
        text.append(path);
        if (uri.getRawQuery() != null) {
            text.append('?').append(uri.getRawQuery());
        }
        return URI.create(text.toString());
    }

    private static final class Request extends ServerHttpRequestDecorator {

        private final URI uri;
        private @Nullable RequestPath path;

        Request(ServerHttpRequest request, URI uri) {
            super(request);
            this.uri = uri;
        }

        @Override
        public URI getURI() {
            return uri;
        }

        @Override
        public RequestPath getPath() {
            RequestPath known = path;
            if (known == null) {
                known = RequestPath.parse(uri, getDelegate().getPath().contextPath().value());
                path = known;
            }
            return known;
        }
    }
}
