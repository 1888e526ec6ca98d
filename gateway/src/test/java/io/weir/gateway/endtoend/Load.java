package io.weir.gateway.endtoend;

import java.time.Duration;
import java.util.function.IntFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/// Book B: callers in parallel, each on a connection that it keeps, and what they were told.
final class Load implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(5);

    private final int parallel;
    private final ConnectionProvider connections;
    private final HttpClient client;

    Load(int parallel) {
        this(parallel, PATIENCE);
    }

    /// @param patience after which a caller hangs up
    Load(int parallel, Duration patience) {
        this.parallel = parallel;
        this.connections =
                ConnectionProvider.builder("load")
                        .maxConnections(parallel)
                        .pendingAcquireMaxCount(-1)
                        .build();
        // A request sent again behind our back would be in book A and not in book B.
        this.client = HttpClient.create(connections).disableRetry(true).responseTimeout(patience);
    }

    /// Sends so many requests and waits for the last answer.
    Tally send(int requests, IntFunction<Call> call) {
        var tally = new Tally();
        Flux.range(0, requests)
                .flatMap(i -> counted(call.apply(i), tally), parallel)
                .then()
                .block(LONGEST_RUN);
        return tally;
    }

    Tally send(int requests, Call call) {
        return send(requests, _ -> call);
    }

    /// Sends one, and does not wait for its answer.
    Traffic once(Call call) {
        var tally = new Tally();
        return new Traffic(tally, Sinks.empty(), counted(call, tally).toFuture());
    }

    Answer send(Call call) {
        var answer =
                request(call)
                        .responseSingle(
                                (response, body) ->
                                        text(body).map(text -> Answer.of(response, text)))
                        .block(PATIENCE);
        if (answer == null) {
            throw new AssertionError("No answer to " + call.url());
        }
        return answer;
    }

    /// Keeps sending until it is stopped; a request that finds no free caller is left out.
    Traffic traffic(Duration pause, IntFunction<Call> call) {
        var tally = new Tally();
        Sinks.Empty<Void> enough = Sinks.empty();
        var answered =
                Flux.interval(pause, Schedulers.parallel())
                        .onBackpressureDrop()
                        .takeUntilOther(enough.asMono())
                        .flatMap(i -> counted(call.apply(i.intValue()), tally), parallel, 1)
                        .then()
                        .toFuture();
        return new Traffic(tally, enough, answered);
    }

    @Override
    public void close() {
        connections.disposeLater().block(PATIENCE);
    }

    /// An answer counts once it is whole.
    private Mono<Void> counted(Call call, Tally tally) {
        return request(call)
                .responseSingle(
                        (response, body) ->
                                kept(response, body, tally)
                                        .doOnSuccess(_ -> tally.add(response.status().code())))
                .onErrorResume(
                        error -> {
                            tally.add(error);
                            return Mono.empty();
                        });
    }

    private static Mono<Void> kept(HttpClientResponse response, ByteBufMono body, Tally tally) {
        if (!tally.keeps(response.status().code())) {
            return body.then();
        }
        return text(body).doOnNext(text -> tally.keep(Answer.of(response, text))).then();
    }

    private static Mono<String> text(ByteBufMono body) {
        return body.asString().defaultIfEmpty("");
    }

    private HttpClient.ResponseReceiver<?> request(Call call) {
        return client.headers(headers -> call.headers().forEach(headers::set))
                .get()
                .uri(call.url());
    }
}
