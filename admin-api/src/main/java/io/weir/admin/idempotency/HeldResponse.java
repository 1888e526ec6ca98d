package io.weir.admin.idempotency;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Keeps an answer until it is known that what it tells of happened.
final class HeldResponse extends ServerHttpResponseDecorator {

    private static final int LARGEST = 1024 * 1024;

    private final HttpHeaders headers = new HttpHeaders();
    private HttpStatusCode status = HttpStatus.OK;
    private ByteBuffer body = ByteBuffer.allocate(0);

    HeldResponse(ServerHttpResponse response) {
        super(response);
    }

    Answer answerTo(Asked asked) {
        return new Answer(asked.fingerprint(), status.value(), headers, body);
    }

    @Override
    public HttpHeaders getHeaders() {
        return headers;
    }

    @Override
    public boolean setStatusCode(@Nullable HttpStatusCode given) {
        status = given == null ? HttpStatus.OK : given;
        return true;
    }

    @Override
    public HttpStatusCode getStatusCode() {
        return status;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> given) {
        return DataBufferUtils.join(given, LARGEST)
                .doOnNext(buffer -> body = ByteBuffer.wrap(bytes(buffer)))
                .then();
    }

    @Override
    public Mono<Void> writeAndFlushWith(
            Publisher<? extends Publisher<? extends DataBuffer>> given) {
        return writeWith(Flux.from(given).concatMap(Flux::from));
    }

    @Override
    public Mono<Void> setComplete() {
        return Mono.empty();
    }

    static byte[] bytes(DataBuffer buffer) {
        var bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
