package io.weir.admin.wire;

import io.weir.admin.principal.Principal;
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
import reactor.util.context.ContextView;

/// Reads the body before anyone who looks into it, so that a slow caller is told from a slow
/// database: what is left to do then has to end in time. Files are left alone: they come in pieces,
/// and who takes them in sees to their time.
@Component
@Order(Ordered.LOWEST_PRECEDENCE - 100)
final class Bodies implements WebFilter {

    private static final int LARGEST = 4 * 1024 * 1024;
    private static final int LARGEST_OF_STRANGERS = 256 * 1024;
    private static final Duration CALLER = Duration.ofSeconds(20);

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (Files.isOne(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        return Mono.deferContextual(context -> read(exchange, largest(context)))
                .flatMap(
                        body -> chain.filter(with(body, exchange)).timeout(Patience.end(exchange)));
    }

    /// Where no token is needed, nobody is known.
    private static int largest(ContextView context) {
        return context.hasKey(Principal.class) ? LARGEST : LARGEST_OF_STRANGERS;
    }

    private static Mono<byte[]> read(ServerWebExchange exchange, int largest) {
        return DataBufferUtils.join(exchange.getRequest().getBody(), largest)
                .timeout(CALLER)
                .onErrorMap(
                        TimeoutException.class,
                        _ -> Problem.of(HttpStatus.REQUEST_TIMEOUT, "The body did not arrive."))
                .onErrorMap(
                        DataBufferLimitException.class,
                        _ ->
                                Problem.of(
                                        HttpStatus.CONTENT_TOO_LARGE,
                                        "The body may have %d KiB.".formatted(largest / 1024)))
                .map(Bodies::bytes)
                .defaultIfEmpty(new byte[0]);
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
