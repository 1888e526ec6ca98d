package io.weir.gateway.enforcement;

import io.weir.gateway.metering.ModelBill;
import io.weir.quota.usage.Outcome;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The answer of a language model, metered while it passes. It ends its request as soon as it is
/// complete, before the last of it is written: a caller that has its whole answer finds its slot
/// free.
final class ModelResponse extends ServerHttpResponseDecorator {

    private final Admitting admitting;
    private final AnswerFlow flow;

    ModelResponse(ServerHttpResponse response, Admitting admitting, AnswerFlow flow) {
        super(response);
        this.admitting = admitting;
        this.flow = flow;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        Flux<DataBuffer> answer = metered(Flux.from(body));
        return flow.isLeft() ? answer.then() : super.writeWith(answer).onErrorResume(this::failed);
    }

    /// Flattened by `flatMap`, one after the other: `concatMap` discards what it has passed on
    /// already when it is canceled, so that a buffer would be released twice (FluxConcatMap's
    /// scalar subscription in Reactor 3.8).
    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        Flux<DataBuffer> answer = metered(Flux.from(body).flatMap(part -> part, 1));
        return flow.isLeft()
                ? answer.then()
                : super.writeAndFlushWith(answer.map(Flux::just)).onErrorResume(this::failed);
    }

    private Flux<DataBuffer> metered(Flux<? extends DataBuffer> body) {
        HttpStatusCode status = getStatusCode();
        if (status != null) {
            admitting.answered(status, getHeaders());
        }
        boolean isStream = ModelBill.isStream(getHeaders());
        if (isStream && flow.changesEvents()) {
            getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
        }
        return flow.through(body.cast(DataBuffer.class), isStream)
                .doOnComplete(() -> admitting.end(Outcome.SERVED));
    }

    /// A caller that left is no failure of the upstream: the rest is read first.
    private Mono<Void> failed(Throwable failure) {
        return flow.isLeft() ? flow.drained() : Mono.error(failure);
    }
}
