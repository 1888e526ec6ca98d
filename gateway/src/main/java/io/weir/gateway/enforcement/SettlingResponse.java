package io.weir.gateway.enforcement;

import io.weir.quota.usage.Outcome;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Ends an admitted request as soon as the upstream's answer is complete, before the last of it is
/// written: a caller that has its whole answer finds its slot free. As long as something arrives,
/// its reservation lives.
final class SettlingResponse extends ServerHttpResponseDecorator {

    private final Admitting admitting;
    private final ServerHttpRequest request;

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
        return super.writeWith(Flux.from(body).doOnNext(_ -> touch()).doOnComplete(this::served));
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
