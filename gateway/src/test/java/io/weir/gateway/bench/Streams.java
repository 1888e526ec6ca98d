package io.weir.gateway.bench;

import io.weir.gateway.upstream.StubUpstream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/// How much later the first token of a stream comes through Weir, which counts its tokens, than
/// from the upstream itself (S9). Streams follow one another on one connection, in turns: what
/// disturbs the machine disturbs both. Of several rounds the median counts, as of the ratios.
final class Streams {

    private static final String ID = "S9";
    private static final String PATH = "/v1/chat/completions";
    private static final String BODY =
            """
            {"model":"m","stream":true,"messages":[{"role":"user","content":"one two three"}]}""";
    private static final Map<String, Object> BY_TOKENS =
            Map.of("token_quota", Map.of("limit", 1_000_000_000_000L, "reset", "manual"));

    private static final int WARM_UP = 40_000;
    private static final int AT_A_TIME = 16;
    private static final int ROUND = 2_000;
    private static final int ROUNDS = 5;

    /// Until everybody has compiled what one stream after the other takes: the figure falls for
    /// that long, and is level from then on.
    private static final int UNCOUNTED = 15;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Customer customer;
    private final String direct;
    private final String through;
    private final AtomicLong errors = new AtomicLong();

    Streams(Settings settings) {
        this.customer = Customer.of(settings, BY_TOKENS);
        this.direct = "http://127.0.0.1:" + settings.get("UPSTREAM_PORT") + PATH;
        this.through = "http://127.0.0.1:" + settings.get("GATEWAY_PORT") + "/openai" + PATH;
    }

    /// Nothing else may have the upstream's port meanwhile.
    List<Figure> measure(int upstreamPort) {
        DisposableServer upstream = StubUpstream.start(upstreamPort);
        ConnectionProvider many = ConnectionProvider.create("warm-up", AT_A_TIME);
        ConnectionProvider one = ConnectionProvider.create("one", 1);
        try {
            warmUp(client(many), direct);
            warmUp(client(many), through);
            HttpClient caller = client(one);
            for (int i = 0; i < UNCOUNTED; i++) {
                round(caller);
            }
            return figures(Stream.generate(() -> round(caller)).limit(ROUNDS).toList());
        } finally {
            many.disposeLater().and(one.disposeLater()).block(PATIENCE);
            upstream.disposeNow();
        }
    }

    private HttpClient client(ConnectionProvider connections) {
        return HttpClient.create(connections)
                .disableRetry(true)
                .headers(
                        all ->
                                all.add("Authorization", "Bearer " + customer.key().secret())
                                        .add("Content-Type", "application/json"));
    }

    private void warmUp(HttpClient client, String url) {
        Flux.range(0, WARM_UP)
                .flatMap(_ -> stream(client, url).then(), AT_A_TIME)
                .then()
                .block(PATIENCE);
    }

    private Round round(HttpClient client) {
        var round = new Round(histogram(), histogram());
        Flux.range(0, ROUND)
                .concatMap(
                        _ ->
                                timed(client, direct, round.alone)
                                        .then(timed(client, through, round.metered)))
                .then()
                .block(PATIENCE);
        return round;
    }

    private static Histogram histogram() {
        return new Histogram(PATIENCE.toNanos(), 3);
    }

    private Mono<Void> timed(HttpClient client, String url, Histogram firstTokens) {
        return Mono.defer(
                () -> {
                    long begin = System.nanoTime();
                    var seen = new AtomicLong();
                    return stream(client, url)
                            .doOnNext(_ -> seen.compareAndSet(0, System.nanoTime()))
                            .then(
                                    Mono.fromRunnable(
                                            () -> firstTokens.recordValue(seen.get() - begin)));
                });
    }

    /// The sizes of what comes of it.
    private Flux<Integer> stream(HttpClient client, String url) {
        return client.post()
                .uri(url)
                .send(ByteBufMono.fromString(Mono.just(BODY)))
                .response(
                        (head, answer) -> {
                            if (head.status().code() != 200) {
                                errors.incrementAndGet();
                            }
                            return answer.map(part -> part.readableBytes());
                        });
    }

    private List<Figure> figures(List<Round> rounds) {
        var all = new Round(histogram(), histogram());
        rounds.forEach(all::add);
        int streams = WARM_UP + (UNCOUNTED + ROUNDS) * ROUND;
        long used = customer.usedOnce(streams);
        double[] added = rounds.stream().mapToDouble(Round::added).sorted().toArray();
        return List.of(
                new Figure(
                        ID,
                        "added_p99_ms",
                        "ms until the first token of a stream, p99 through Weir - p99 without",
                        added[ROUNDS / 2]),
                new Figure(ID, "p50_ms", "ms of it, p50", millis(all.metered, 50)),
                new Figure(ID, "p99_ms", "ms of it, p99", millis(all.metered, 99)),
                new Figure(ID, "direct_p50_ms", "ms without Weir, p50", millis(all.alone, 50)),
                new Figure(ID, "direct_p99_ms", "ms without Weir, p99", millis(all.alone, 99)),
                Figure.errors(ID, errors.get() + Math.abs(used - streams)));
    }

    private static double millis(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile)
                / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

    /// Nanoseconds to the first tokens, of both ways.
    private record Round(Histogram alone, Histogram metered) {

        void add(Round other) {
            alone.add(other.alone);
            metered.add(other.metered);
        }

        double added() {
            return millis(metered, 99) - millis(alone, 99);
        }
    }
}
