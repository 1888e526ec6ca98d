package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.upstream.StubUpstream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/// What streams of language models cost: the time to the first token, and memory for each.
class StreamsIT {

    private static final int TIMED = 2_000;
    private static final int ROUNDS = Soak.count(1, 5);

    /// Until everybody has compiled what one stream after the other takes.
    private static final int UNCOUNTED = Soak.count(1, 15);

    private static final int STREAMS = 2_000;
    private static final long MOST_BYTES = 64 << 10;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(200);

    /// Two milliseconds are what is asked for; a busy machine must not decide whether a build
    /// passes.
    private static final Duration ADDED = Soak.time(Duration.ofMillis(20), Duration.ofMillis(2));

    private static final int WARM_UP = Soak.count(3_000, 60_000);
    private static final String PATH = "/v1/chat/completions";

    static DisposableServer upstream;
    static Cluster cluster;
    static ConnectionProvider connections;
    static HttpClient client;

    /// Who asks one thing after the other keeps one connection.
    static final ConnectionProvider one = ConnectionProvider.create("one", 1);

    static HttpClient caller;

    @BeforeAll
    static void start() {
        upstream = StubUpstream.start(0);
        String url = "http://127.0.0.1:" + upstream.port();
        // all callers are on one machine
        cluster =
                Cluster.start(
                        StreamsIT.class,
                        1,
                        Map.of(
                                "WEIR_UPSTREAM_URL",
                                url,
                                "WEIR_EDGE_CONNECTIONS_PER_ADDRESS",
                                "10000"));
        connections =
                ConnectionProvider.builder("streams")
                        .maxConnections(2 * STREAMS)
                        .pendingAcquireMaxCount(-1)
                        .build();
        Admin admin = cluster.admin();
        String reseller = admin.reseller(1_000_000_000);
        String customer = admin.client(reseller, 1_000_000_000);
        // in steps: the limit has to be asked again and again
        Map<String, Object> limits = new HashMap<>(Admin.UNLIMITED);
        limits.put("token_quota", Map.of("limit", 1_000_000_000, "reset", "manual"));
        ApiKey key = admin.key(customer, limits);
        client = client(connections, key);
        caller = client(one, key);
    }

    private static HttpClient client(ConnectionProvider connections, ApiKey key) {
        return HttpClient.create(connections)
                .disableRetry(true)
                .headers(
                        all ->
                                all.add("Authorization", "Bearer " + key.secret())
                                        .add("Content-Type", "application/json"));
    }

    @AfterAll
    static void stop() {
        connections.disposeLater().and(one.disposeLater()).block();
        cluster.close();
        upstream.disposeNow();
    }

    @Test
    void theFirstTokenComesHardlyLaterAndASlowStreamHoldsLittle() {
        String direct = "http://127.0.0.1:" + upstream.port() + PATH;
        String through = cluster.gateway(0).url() + "/openai" + PATH;
        warmUp(direct);
        warmUp(through);
        for (int i = 0; i < UNCOUNTED; i++) {
            firstTokens(direct, through);
        }
        List<Duration> rounds =
                Stream.generate(() -> firstTokens(direct, through)).limit(ROUNDS).sorted().toList();
        Duration added = rounds.get(ROUNDS / 2);
        long slow = bytesOfEach(through);

        Figure.print(
                "streams: p99 %.2f ms more; %d slow ones hold %.1f KiB each"
                        .formatted(added.toNanos() / 1e6, STREAMS, slow / 1024.0));
        assertThat(added).isLessThanOrEqualTo(ADDED);
        assertThat(slow).isLessThanOrEqualTo(MOST_BYTES);
    }

    private static void warmUp(String url) {
        Flux.range(0, WARM_UP)
                .flatMap(_ -> stream(client, url, "one two three").then(), 16)
                .then()
                .block(Duration.ofMinutes(5));
    }

    /// How much later they come through a gateway. One after the other, in turns: what disturbs the
    /// machine disturbs both.
    private static Duration firstTokens(String direct, String through) {
        var alone = new Latencies();
        var metered = new Latencies();
        Flux.range(0, TIMED)
                .concatMap(_ -> firstToken(direct, alone).then(firstToken(through, metered)))
                .then()
                .block(Duration.ofMinutes(5));
        Figure.print("streams: first token, upstream alone: " + alone);
        Figure.print("streams: first token, through a gateway: " + metered);
        return metered.percentile(99).minus(alone.percentile(99));
    }

    private static Mono<Void> firstToken(String url, Latencies latencies) {
        return Mono.defer(
                () -> {
                    long begin = System.nanoTime();
                    var seen = new AtomicLong();
                    return stream(caller, url, "one two three")
                            .doOnNext(_ -> seen.compareAndSet(0, System.nanoTime()))
                            .then(
                                    Mono.fromRunnable(
                                            () ->
                                                    latencies.add(
                                                            Duration.ofNanos(seen.get() - begin))));
                });
    }

    /// What the gateway holds more, once it has collected its garbage, while all are under way.
    private static long bytesOfEach(String url) {
        long idle = held();
        var begun = new AtomicLong();
        Disposable streams =
                Flux.range(0, STREAMS)
                        .flatMap(
                                _ ->
                                        stream(client, url + "?pace=1000", "word ".repeat(120))
                                                .switchOnFirst(
                                                        (_, parts) -> {
                                                            begun.incrementAndGet();
                                                            return parts;
                                                        }),
                                STREAMS)
                        .subscribe();
        Eventually.within(PATIENCE, begun::get, all -> all == STREAMS);
        Eventually.within(PATIENCE, PAUSE, StreamsIT::active, active -> active == STREAMS);
        long busy = held();
        streams.dispose();
        Eventually.within(PATIENCE, PAUSE, StreamsIT::active, active -> active == 0);
        return (busy - idle) / STREAMS;
    }

    private static double active() {
        return Scrape.of(cluster.gateway(0)).sum("weir_requests_active");
    }

    /// On the heap, and in Netty's buffers beside it.
    private static long held() {
        Cluster.Gateway gateway = cluster.gateway(0);
        return Scrape.of(gateway).direct() + gateway.program().liveHeap();
    }

    private static Flux<Integer> stream(HttpClient client, String url, String says) {
        String body =
                """
                {"model":"m","stream":true,"messages":[{"role":"user","content":"%s"}]}"""
                        .formatted(says.strip());
        return client.post()
                .uri(url)
                .send(ByteBufMono.fromString(Mono.just(body)))
                .response(
                        (head, answer) -> {
                            assertThat(head.status().code()).isEqualTo(200);
                            return answer.map(part -> part.readableBytes());
                        });
    }
}
