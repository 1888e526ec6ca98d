package io.weir.gateway.enforcement;

import io.weir.quota.usage.Outcome;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Ends an admitted request as soon as the upstream's answer is complete, before the last of it is
/// written: a caller that has its whole answer finds its slot free. As long as something arrives,
/// its reservation lives.
///
/// A short answer whose length is known is put together first: its head and body then leave in one
/// piece, which costs less than to write them part by part.
final class SettlingResponse extends ServerHttpResponseDecorator {

    /// In bytes.
    private static final long SHORT = 16 << 10;

    private final Admitting admitting;
    private final ServerHttpRequest request;
    private boolean complete;

    /// @param request as its caller sent it
    SettlingResponse(ServerHttpResponse response, Admitting admitting, ServerHttpRequest request) {
        super(response);
        this.admitting = admitting;
        this.request = request;
    }

    /// That of an exchange, below what others put around it; absent where answers are read.
    static @Nullable SettlingResponse of(ServerHttpResponse response) {
        ServerHttpResponse own = response;
        while (own instanceof ServerHttpResponseDecorator decorator) {
            if (decorator instanceof SettlingResponse settling) {
                return settling;
            }
            own = decorator.getDelegate();
        }
        return null;
    }

    Admitting admitting() {
        return admitting;
    }

    ServerHttpRequest request() {
        return request;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        Flux<DataBuffer> read = Flux.<DataBuffer>from(body).doOnNext(_ -> touch());
        if (!isShort()) {
            return super.writeWith(read.doOnComplete(this::served));
        }
        answered(); // it may break off before it begins here
        return super.writeWith(DataBufferUtils.join(read).doOnNext(_ -> complete = true));
    }

    /// An answer without a body says how long it would be, too.
    private boolean isShort() {
        long length = getHeaders().getContentLength();
        return 0 < length && length <= SHORT && !request.getMethod().equals(HttpMethod.HEAD);
    }

    /// Its head is about to be written, which tells what is charged.
    void begun() {
        answered();
        if (complete) {
            served();
        }
    }

    private void answered() {
        HttpStatusCode status = getStatusCode();
        if (status != null) {
            admitting.answered(status, getHeaders());
        }
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return super.writeAndFlushWith(
                Flux.from(body).doOnNext(_ -> touch()).doOnComplete(this::served));
    }

    private void touch() {
        admitting.touch(System.nanoTime());
    }

    private void served() {
        admitting.end(Outcome.SERVED);
    }
}
