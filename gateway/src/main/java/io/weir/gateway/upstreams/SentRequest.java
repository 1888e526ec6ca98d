package io.weir.gateway.upstreams;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClientRequest;

/// A request as its upstream sees it.
///
/// @param fields of which those that may are passed on, a host's apart
/// @param host that the caller named, where the upstream is to know it
record SentRequest(
        ServerHttpRequest asked, HttpHeaders fields, PassedFields passed, @Nullable String host) {

    /// Which have no body, unless they say so: in HTTP/2, too, the codec does for them.
    private static final Set<HttpMethod> BODILESS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE);

    Publisher<Void> send(HttpClientRequest request, NettyOutbound connection) {
        var headers = request.requestHeaders();
        passed.ofRequest(
                fields,
                (name, values) -> {
                    if (name.equalsIgnoreCase(HttpHeaders.HOST)) {
                        return;
                    }
                    if (name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)) {
                        headers.remove(HttpHeaders.TRANSFER_ENCODING);
                    }
                    headers.set(name, values);
                });
        if (host != null) {
            headers.set(HttpHeaders.HOST, host);
        }
        return hasBody()
                ? connection.send(asked.getBody().map(NettyDataBufferFactory::toByteBuf))
                : Mono.empty();
    }

    private boolean hasBody() {
        HttpHeaders said = asked.getHeaders();
        return !BODILESS.contains(asked.getMethod())
                || said.getContentLength() > 0
                || said.containsHeader(HttpHeaders.TRANSFER_ENCODING);
    }
}
