package io.weir.admin.wire;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Reads the body before anyone who looks into it, so that a slow caller is told from a slow
/// database: what is left to do then has to end in time. Files are left alone: they come in pieces,
/// and who takes them in sees to their time.
@Component
@Order(Ordered.LOWEST_PRECEDENCE - 100)
final class Bodies implements WebFilter {

    private static final int LARGEST = 4 * 1024 * 1024;
    private static final Duration CALLER = Duration.ofSeconds(20);

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (Files.isOne(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        return DataBufferUtils.join(exchange.getRequest().getBody(), LARGEST)
                .timeout(CALLER)
                .onErrorMap(
                        TimeoutException.class,
                        _ -> Problem.of(HttpStatus.REQUEST_TIMEOUT, "The body did not arrive."))
                .onErrorMap(
                        DataBufferLimitException.class,
                        _ -> Problem.of(HttpStatus.CONTENT_TOO_LARGE, "The body may have 4 MiB."))
                .map(Bodies::bytes)
                .defaultIfEmpty(new byte[0])
                .flatMap(
                        body -> chain.filter(with(body, exchange)).timeout(Patience.end(exchange)));
    }

    private static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static ServerWebExchange with(byte[] body, ServerWebExchange exchange) {
        var request =
                new ServerHttpRequestDecorator(exchange.getRequest()) {

                    @Override
                    public Flux<DataBuffer> getBody() {
                        return body.length == 0
                                ? Flux.empty()
                                : Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body));
                    }
                };
        return exchange.mutate().request(request).build();
    }
}
