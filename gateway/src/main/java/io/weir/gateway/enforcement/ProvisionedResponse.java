package io.weir.gateway.enforcement;

import io.weir.gateway.provisioning.Change;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The answer to a creation or deletion: its caller gets it once the store was told what it says.
/// Where it has to be read it is held back until then, up to a bound; a longer one is not.
final class ProvisionedResponse extends ServerHttpResponseDecorator {

    private static final byte[] NOTHING = {};

    private final Change change;
    private final BooleanSupplier asked;
    private final int most;

    /// @param asked whether the upstream was
    /// @param most bytes that are held back
    ProvisionedResponse(
            ServerHttpResponse response, Change change, BooleanSupplier asked, int most) {
        super(response);
        this.change = change;
        this.asked = asked;
        this.most = most;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return super.writeWith(told(Flux.from(body)));
    }

    /// Not by `concatMap`, here and below, see [ModelResponse].
    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeWith(told(Flux.from(body).flatMap(part -> part, 1)));
    }

    private Flux<DataBuffer> told(Flux<? extends DataBuffer> body) {
        Flux<DataBuffer> buffers = body.cast(DataBuffer.class);
        HttpStatusCode status = getStatusCode();
        if (status == null || !status.is2xxSuccessful() || !asked.getAsBoolean()) {
            return after(change::undone, buffers);
        }
        return change.readsAnswer() ? Flux.defer(() -> read(buffers)) : after(this::done, buffers);
    }

    private Mono<Void> done() {
        return change.done(NOTHING);
    }

    private static Flux<DataBuffer> after(Supplier<Mono<Void>> telling, Flux<DataBuffer> body) {
        return Mono.defer(telling).thenMany(body);
    }

    /// One that breaks off, or that nobody waits for any longer, had begun with its status.
    private Flux<DataBuffer> read(Flux<DataBuffer> body) {
        var held = new Held();
        return body.flatMap(held::next, 1, 1)
                .onErrorResume(broken -> after(this::done, Flux.error(broken)))
                .concatWith(Flux.defer(held::rest))
                .doOnCancel(() -> done().subscribe())
                .doFinally(_ -> held.release())
                .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
    }

    /// What of an answer was held back.
    private final class Held {

        private final List<DataBuffer> buffers = new ArrayList<>();
        private int size;
        private boolean isTooLong;

        Publisher<DataBuffer> next(DataBuffer buffer) {
            if (isTooLong) {
                return Mono.just(buffer);
            }
            buffers.add(buffer);
            size += buffer.readableByteCount();
            if (size <= most) {
                return Mono.empty();
            }
            isTooLong = true;
            return after(ProvisionedResponse.this::done, Flux.defer(this::all));
        }

        Publisher<DataBuffer> rest() {
            return after(() -> change.done(bytes()), Flux.defer(this::all));
        }

        private Flux<DataBuffer> all() {
            List<DataBuffer> all = List.copyOf(buffers);
            buffers.clear();
            return Flux.fromIterable(all);
        }

        private byte[] bytes() {
            var bytes = new byte[buffers.stream().mapToInt(DataBuffer::readableByteCount).sum()];
            int at = 0;
            for (DataBuffer buffer : buffers) {
                int length = buffer.readableByteCount();
                buffer.toByteBuffer(buffer.readPosition(), ByteBuffer.wrap(bytes), at, length);
                at += length;
            }
            return bytes;
        }

        void release() {
            buffers.forEach(DataBufferUtils::release);
            buffers.clear();
        }
    }
}
