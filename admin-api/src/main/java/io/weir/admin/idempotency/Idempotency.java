package io.weir.admin.idempotency;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.IdempotencyKey;
import io.weir.admin.wire.Problem;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// Runs a POST that names itself once. Last of the filters: who asks is known, and the body is
/// here, before a transaction is opened.
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
final class Idempotency implements WebFilter {

    private static final String REPLAYED = "Idempotency-Replayed";

    private final Answers answers;
    private final TransactionalOperator transaction;

    Idempotency(Answers answers, TransactionalOperator transaction) {
        this.answers = answers;
        this.transaction = transaction;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return exchange.getRequest().getMethod().equals(HttpMethod.POST)
                ? IdempotencyKey.of(exchange.getRequest())
                        .map(key -> post(key, exchange, chain))
                        .orElseGet(() -> chain.filter(exchange))
                : chain.filter(exchange);
    }

    /// Where nobody asks, as no token is needed, there is nothing to post either.
    private Mono<Void> post(IdempotencyKey key, ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.deferContextual(
                context ->
                        context.<Principal>getOrEmpty(Principal.class)
                                .map(who -> once(key, who, exchange, chain))
                                .orElseGet(() -> chain.filter(exchange)));
    }

    private Mono<Void> once(
            IdempotencyKey key, Principal who, ServerWebExchange exchange, WebFilterChain chain) {
        return DataBufferUtils.join(exchange.getRequest().getBody())
                .map(HeldResponse::bytes)
                .defaultIfEmpty(new byte[0])
                .map(body -> Asked.of(key, who, exchange.getRequest(), body))
                .flatMap(asked -> once(asked, exchange, chain))
                .flatMap(answer -> answer.writeTo(exchange.getResponse()));
    }

    /// Ends with the transaction: not before its commit is anything known to have happened.
    private Mono<Answer> once(Asked asked, ServerWebExchange exchange, WebFilterChain chain) {
        return transaction
                .execute(
                        under ->
                                answers.claim(asked)
                                        .flatMap(
                                                found ->
                                                        found.map(before -> again(asked, before))
                                                                .orElseGet(
                                                                        () ->
                                                                                run(
                                                                                        asked,
                                                                                        exchange,
                                                                                        chain,
                                                                                        under))))
                .single();
    }

    private static Mono<Answer> again(Asked asked, Answer before) {
        if (!asked.fingerprint().equals(before.fingerprint())) {
            return Mono.error(
                    Problem.invalid(
                            IdempotencyKey.HEADER,
                            "reused",
                            "This key came with another payload before."));
        }
        before.headers().set(REPLAYED, "true");
        return Mono.just(before);
    }

    private Mono<Answer> run(
            Asked asked,
            ServerWebExchange exchange,
            WebFilterChain chain,
            ReactiveTransaction under) {
        var held = new HeldResponse(exchange.getResponse());
        return chain.filter(exchange.mutate().response(held).build())
                .then(Mono.defer(() -> keep(asked, held.answerTo(asked), under)));
    }

    /// A refusal had no effect, so that the same may be asked again.
    private Mono<Answer> keep(Asked asked, Answer answer, ReactiveTransaction under) {
        if (answer.isRefusal()) {
            under.setRollbackOnly();
            return Mono.just(answer);
        }
        return answers.store(asked, answer).thenReturn(answer);
    }
}
