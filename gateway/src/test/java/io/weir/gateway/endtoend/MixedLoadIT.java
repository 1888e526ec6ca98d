package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import io.weir.gateway.upstream.StubUpstream;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/// A gateway that serves everything there is, for a long time, to callers of whom some hang up,
/// holds as much afterwards as before.
class MixedLoadIT {

    private static final Duration WARM_UP =
            Soak.time(Duration.ofSeconds(45), Duration.ofMinutes(5));
    private static final Duration LOAD = Soak.time(Duration.ofSeconds(60), Duration.ofHours(1));
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int CALLERS = 32;
    private static final int ABORTED_PERCENT = 5;
    private static final double FLAT = 1.05;

    /// In which the allocator takes direct memory. All that an idle gateway has is about 16 of
    /// them, so that one is more than 5 %.
    private static final int CHUNK = 128 << 10;

    private static final String CHAT =
            """
            {"model":"m","stream":%s,"messages":[{"role":"user","content":"one two three four"}]}""";

    static final DisposableServer upstream = StubUpstream.start(0);
    static final ConnectionProvider connections = ConnectionProvider.create("mixed", 2 * CALLERS);
    static final AtomicLong sent = new AtomicLong();
    static final AtomicLong aborted = new AtomicLong();
    static Cluster cluster;
    static ApiKey key;

    /// What there is to ask for; an answer that is not as expected ends the test.
    private enum Kind {
        PLAIN("/demo/plain?bytes=200", ""),
        LARGE("/demo/large?bytes=300000", ""),
        FAILED("/demo/failed?status=500", ""),
        ECHOED("/demo/echoed?echo=true", "x".repeat(20_000)),
        CHATS("/openai/v1/chat/completions", CHAT.formatted(false)),
        STREAMS("/openai/v1/chat/completions?pace=5", CHAT.formatted(true)),
        NOWHERE("/nowhere", "");

        private final String path;
        private final String body;

        Kind(String path, String body) {
            this.path = path;
            this.body = body;
        }

        HttpMethod method() {
            return body.isEmpty() ? HttpMethod.GET : HttpMethod.POST;
        }

        int status() {
            return switch (this) {
                case FAILED -> 500;
                case NOWHERE -> 404;
                default -> 200;
            };
        }
    }

    /// What a gateway holds while it serves nobody, in bytes.
    private record Held(long heap, long direct) {

        /// Once what is not in use was collected.
        static Held now() {
            Cluster.Gateway gateway = cluster.gateway(0);
            return new Held(gateway.program().liveHeap(), Scrape.of(gateway).direct());
        }
    }

    @BeforeAll
    static void start() {
        cluster =
                Cluster.start(
                        MixedLoadIT.class,
                        1,
                        Map.of(
                                "WEIR_UPSTREAM_URL",
                                "http://127.0.0.1:" + upstream.port(),
                                "WEIR_STOREBUDGET",
                                "5s",
                                "SPRING_NETTY_LEAKDETECTION",
                                "paranoid",
                                "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_HTTPCLIENT_POOL_METRICS",
                                "true"));
        Admin admin = cluster.admin();
        String client = admin.client(admin.reseller(1_000_000_000), 1_000_000_000);
        key = admin.key(client, Admin.UNLIMITED);
    }

    @AfterAll
    static void stop() {
        connections.disposeLater().block();
        cluster.close();
        upstream.disposeNow();
    }

    @Test
    void nothingIsLeftOfALongTimeOfEverything() {
        long seed = System.nanoTime();
        load(WARM_UP, new Random(seed));
        Held before = Held.now();
        load(LOAD, new Random(seed + 1));
        Held after = Held.now();

        Figure.print(
                ("mixed load for %s, seed %d: %d requests, %d aborted; heap %.1f MiB before,"
                                + " %.1f MiB after; direct %.1f, %.1f MiB")
                        .formatted(
                                LOAD,
                                seed,
                                sent.get(),
                                aborted.get(),
                                mebibytes(before.heap),
                                mebibytes(after.heap),
                                mebibytes(before.direct),
                                mebibytes(after.direct)));
        assertThat((double) after.heap).isLessThanOrEqualTo(before.heap * FLAT);
        assertThat((double) after.direct).isLessThanOrEqualTo(before.direct * FLAT + CHUNK);
        assertThat(cluster.logs().lines().filter(line -> line.contains("LEAK:"))).isEmpty();
        Scrape told = Scrape.of(cluster.gateway(0));
        assertThat(told.sum("weir_settlements_total")).isEqualTo(admitted(told));
    }

    private static double admitted(Scrape told) {
        return told.samples("weir_admissions_total")
                .filter(sample -> sample.labels().contains("outcome=\"admitted\""))
                .mapToDouble(Scrape.Sample::value)
                .sum();
    }

    private static double mebibytes(long bytes) {
        return bytes / 1048576.0;
    }

    /// Returns once all is over, and every pool and gauge is at zero.
    private static void load(Duration time, Random random) {
        var over = new AtomicBoolean();
        HttpClient http = HttpClient.create(connections).disableRetry(true);
        Flux.<Kind>generate(sink -> sink.next(Kind.values()[random.nextInt(Kind.values().length)]))
                .takeWhile(_ -> !over.get())
                .map(kind -> call(http, kind, random))
                .flatMap(call -> call, CALLERS, 1)
                .doOnSubscribe(_ -> Mono.delay(time).subscribe(_ -> over.set(true)))
                .then()
                .block(time.plus(PATIENCE));
        for (String gauge :
                new String[] {
                    "weir_requests_active",
                    "weir_reservations_open",
                    "reactor_netty_connection_provider_active_connections",
                    "reactor_netty_connection_provider_pending_connections"
                }) {
            Eventually.within(
                    PATIENCE,
                    PAUSE,
                    () -> Map.of(gauge, Scrape.of(cluster.gateway(0)).sum(gauge)),
                    seen -> seen.containsValue(0.0));
        }
    }

    private static Mono<Void> call(HttpClient pooled, Kind kind, Random random) {
        sent.incrementAndGet();
        boolean aborts = random.nextInt(100) < ABORTED_PERCENT;
        // on a connection of its own: what is cut off just as it ends would take the next with it
        HttpClient http = aborts ? HttpClient.newConnection() : pooled;
        Mono<Void> call =
                http.headers(
                                fields ->
                                        fields.set("authorization", "Bearer " + key.secret())
                                                .set("content-type", "application/json"))
                        .request(kind.method())
                        .uri(cluster.gateway(0).url() + kind.path)
                        .send(ByteBufMono.fromString(Mono.just(kind.body)))
                        .responseSingle(
                                (head, body) -> {
                                    assertThat(head.status().code())
                                            .as(kind.name())
                                            .isEqualTo(kind.status());
                                    return body.then();
                                });
        if (!aborts) {
            return call;
        }
        aborted.incrementAndGet();
        Duration patience = Duration.ofMillis(random.nextInt(20));
        return call.takeUntilOther(Mono.delay(patience)).then();
    }
}
