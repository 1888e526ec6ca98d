package io.weir.gateway.edge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.netty.http.server.HttpServerRequest;

/// How large the bodies of requests may be: a route's metadata `max-request-body`, such as `10MB`,
/// or what holds for all.
///
/// A stated length is kept to by the codec, so it is compared once. Only where none is stated are
/// bytes counted, as they pass.
public final class BodySizes {

    private static final String METADATA = "max-request-body";
    private static final String HTTP_2 = "HTTP/2.0";

    private final long usual;
    private final Map<Object, Long> ofRoutes = new ConcurrentHashMap<>();

    BodySizes(DataSize usual) {
        this.usual = usual.toBytes();
    }

    /// In bytes.
    public long most(Route route) {
        Map<String, Object> metadata = route.getMetadata();
        Object own = metadata.isEmpty() ? null : metadata.get(METADATA);
        return own == null
                ? usual
                : ofRoutes.computeIfAbsent(
                        own, text -> DataSize.parse(text.toString().strip()).toBytes());
    }

    /// Whether a request states more than its route takes.
    public boolean isTooLarge(ServerHttpRequest request, Route route) {
        long stated = request.getHeaders().getContentLength();
        return stated > 0 && stated > most(route);
    }

    /// The same exchange, or one whose body breaks off with [BodyTooLarge].
    public ServerWebExchange counted(ServerWebExchange exchange, Route route) {
        ServerHttpRequest request = exchange.getRequest();
        HttpHeaders headers = request.getHeaders();
        if (headers.getFirst(HttpHeaders.CONTENT_LENGTH) != null || !mayHaveBody(request)) {
            return exchange;
        }
        long most = most(route);
        return exchange.mutate()
                .request(
                        new ServerHttpRequestDecorator(request) {

                            @Override
                            public Flux<DataBuffer> getBody() {
                                return counted(super.getBody(), most);
                            }
                        })
                .build();
    }

    /// In HTTP/1.1 a body without a length is in chunks; in HTTP/2 nothing tells that there is
    /// none.
    private static boolean mayHaveBody(ServerHttpRequest request) {
        return request.getHeaders().containsHeader(HttpHeaders.TRANSFER_ENCODING)
                || (ServerHttpRequestDecorator.getNativeRequest(request)
                                instanceof HttpServerRequest wire
                        && HTTP_2.equals(wire.protocol()));
    }

    private static Flux<DataBuffer> counted(Flux<DataBuffer> body, long most) {
        var seen = new AtomicLong();
        return body.handle(
                (buffer, sink) -> {
                    if (seen.addAndGet(buffer.readableByteCount()) > most) {
                        DataBufferUtils.release(buffer);
                        sink.error(new BodyTooLarge(most));
                    } else {
                        sink.next(buffer);
                    }
                });
    }
}
