package io.weir.admin.transfer;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Files;
import io.weir.admin.wire.Patience;
import io.weir.admin.wire.Problem;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
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

/// Takes a file in before anything is done with it, a chunk at a time, each stored before the next
/// is read. What comes after it, the transaction of an `Idempotency-Key` among it, has the file's
/// fingerprint for a body, and waits for no caller. Unless the import is then queued, nothing stays
/// behind: neither of what is refused or never ends, nor of what was queued by the same key before.
@Component
@org.springframework.core.annotation.Order(Ordered.LOWEST_PRECEDENCE - 20)
class Upload implements WebFilter {

    /// A file that is here.
    record Received(UUID id, long rows) {}

    private static final Logger log = LoggerFactory.getLogger(Upload.class);
    private static final String RECEIVED = Received.class.getName();

    /// Between two pieces, and from the first to the last.
    private static final Duration PIECE = Duration.ofSeconds(20);

    private static final Duration WHOLE = Duration.ofMinutes(10);

    private final Imports imports;

    Upload(Imports imports) {
        this.imports = imports;
    }

    static Received of(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(RECEIVED);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Files.isOne(exchange.getRequest())
                ? Principal.current()
                        .flatMap(
                                by -> receive(Order.of(exchange.getRequest(), by), exchange, chain))
                : chain.filter(exchange);
    }

    private Mono<Void> receive(Order order, ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.usingWhen(
                imports.receive(order),
                id ->
                        store(id, exchange.getRequest().getBody())
                                .flatMap(intake -> goOn(id, order, intake, exchange, chain)),
                _ -> Mono.empty(),
                (id, _) -> imports.drop(id),
                imports::drop);
    }

    private Mono<Void> goOn(
            UUID id, Order order, Intake intake, ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getAttributes().put(RECEIVED, new Received(id, intake.rows()));
        exchange.getResponse().beforeCommit(() -> tidy(id).contextWrite(order.by()::in));
        return chain.filter(with(intake.fingerprint(), exchange)).timeout(Patience.end(exchange));
    }

    /// What this leaves is gone after an hour.
    private Mono<Void> tidy(UUID id) {
        return imports.drop(id)
                .doOnError(failure -> log.warn("Upload {} was not removed", id, failure))
                .onErrorComplete();
    }

    private Mono<Intake> store(UUID id, Flux<DataBuffer> body) {
        return Mono.fromSupplier(Intake::new)
                .flatMap(
                        intake ->
                                body.timeout(PIECE)
                                        .map(Upload::bytes)
                                        .doOnNext(intake::take)
                                        .bufferUntil(_ -> intake.isFull())
                                        .concatMap(pieces -> add(id, intake, joined(pieces)), 1)
                                        .then(Mono.defer(() -> ended(intake))))
                .timeout(WHOLE)
                .onErrorMap(TimeoutException.class, _ -> tooSlow());
    }

    private Mono<Void> add(UUID id, Intake intake, byte[] chunk) {
        if (intake.isEmpty() && !Rows.beginsRight(chunk)) {
            return Mono.error(wrongHeader());
        }
        return imports.add(id, intake.store(), chunk);
    }

    private static Mono<Intake> ended(Intake intake) {
        return intake.isEmpty() ? Mono.error(wrongHeader()) : Mono.just(intake);
    }

    private static ServerWebExchange with(byte[] body, ServerWebExchange exchange) {
        var request =
                new ServerHttpRequestDecorator(exchange.getRequest()) {

                    @Override
                    public Flux<DataBuffer> getBody() {
                        return Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body));
                    }
                };
        return exchange.mutate().request(request).build();
    }

    private static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static byte[] joined(List<byte[]> pieces) {
        var joined = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, joined, at, piece.length);
            at += piece.length;
        }
        return joined;
    }

    private static Problem wrongHeader() {
        return Problem.invalid(
                "",
                "header",
                "The first line must be %s.".formatted(String.join(",", Rows.HEADER)));
    }

    private static Problem tooSlow() {
        return new Problem(
                HttpStatus.REQUEST_TIMEOUT, "request-timeout", "The file did not arrive.");
    }
}
