package io.weir.gateway.enforcement;

import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;

/// An admitted request as the filters after ours see it: with other headers, and with an answer
/// that settles.
///
/// Not by `mutate()`, which makes a new URI and one decorator for each change; and the attributes
/// are at hand, as every filter asks for some.
final class ForwardedExchange extends ServerWebExchangeDecorator {

    private final ServerHttpRequest request;
    private final ServerHttpResponse response;
    private final Map<String, Object> attributes;

    ForwardedExchange(ServerWebExchange exchange, HttpHeaders headers, ServerHttpResponse answer) {
        super(exchange);
        this.request = new Request(exchange.getRequest(), headers);
        this.response = answer;
        this.attributes = exchange.getAttributes();
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public ServerHttpResponse getResponse() {
        return response;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    private static final class Request extends ServerHttpRequestDecorator {

        private final HttpHeaders headers;

        Request(ServerHttpRequest request, HttpHeaders headers) {
            super(request);
            this.headers = headers;
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }
}
