package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.World.Customer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// A whole gateway with little patience, called on plain sockets, and an upstream that tells what
/// it was asked.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Tag("blocking")
abstract class HostileGateway {

    static final World world = World.INSTANCE;
    static final boolean whole = Boolean.getBoolean("weir.soak");

    /// Connections of one address, and twice as many in all.
    static final int CONNECTIONS = whole ? 1_200 : 320;

    /// Of one address, so few that none is given again while they are tried.
    static final int UNKNOWN_KEYS = 3;

    static final String PROXY = "127.0.0.9";

    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";
    private static final AtomicInteger arrived = new AtomicInteger();
    private static final byte[] PART = new byte[16 << 10];
    private static final Duration LATE = Duration.ofMillis(1_200);

    private static final DisposableServer upstream =
            HttpServer.create().host("127.0.0.1").port(0).handle(HostileGateway::told).bindNow();

    @LocalServerPort int port;
    @Autowired MeterRegistry meters;

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        properties.add("management.server.port", () -> "0");
        properties.add("server.http2.enabled", () -> "true");
        properties.add("weir.edge.head-timeout", () -> "500ms");
        properties.add("weir.edge.idle-timeout", () -> "1s");
        properties.add("weir.edge.body-timeout", () -> "500ms");
        properties.add("weir.edge.write-timeout", () -> "600ms");
        properties.add("weir.edge.connections-per-address", () -> CONNECTIONS);
        properties.add("weir.edge.connections", () -> 2 * CONNECTIONS);
        properties.add("weir.edge.unknown-keys", () -> UNKNOWN_KEYS);
        properties.add("weir.edge.requests-per-connection", () -> 40);
        properties.add("weir.edge.streams", () -> 8);
        properties.add("weir.edge.resets", () -> 20);
        properties.add("weir.edge.trusted-proxies", () -> PROXY);
        route(properties, 0, "open");
        route(properties, 1, "small");
        properties.add(ROUTES + "[1].metadata.max-request-body", () -> "1KB");
    }

    private static void route(DynamicPropertyRegistry properties, int place, String id) {
        String at = "%s[%d].".formatted(ROUTES, place);
        properties.add(at + "id", () -> id);
        properties.add(at + "uri", () -> "http://127.0.0.1:" + upstream.port());
        properties.add(at + "predicates[0]", () -> "Path=/" + id + "/**");
    }

    /// The request line and the fields, as they arrived; or late, or a body that takes long to
    /// read.
    private static Publisher<Void> told(HttpServerRequest request, HttpServerResponse response) {
        arrived.incrementAndGet();
        var text = new StringBuilder(request.method() + " " + request.uri() + "\n");
        request.requestHeaders().forEach(field -> text.append(field).append('\n'));
        byte[] body = text.toString().getBytes(ISO_8859_1);
        var answer =
                request.uri().contains("large")
                        ? Flux.range(0, 1_000).map(_ -> PART)
                        : Flux.just(body);
        Duration delay = request.uri().contains("late") ? LATE : Duration.ZERO;
        return request.receive()
                .then(Mono.delay(delay))
                .then(response.sendByteArray(answer).then());
    }

    /// What reached the upstream so far.
    static int arrived() {
        return arrived.get();
    }

    Customer customer() {
        return world.customer(1_000_000, "1000000, 10000");
    }

    Raw connect() {
        return Raw.connect("127.0.0.1", port);
    }

    /// A request of somebody else's, on a connection of its own.
    void othersAreServed(Customer customer) {
        String mark = "/open/probe" + System.nanoTime();
        try (Raw probe = Raw.connect("127.0.0.2", port)) {
            String answer =
                    probe.ask(
                            "GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\nx-api-key: %s\r\n\r\n"
                                    .formatted(mark, customer.secret()));
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("GET " + mark + "\n");
        }
    }

    /// As much was written down as used as reached the upstream.
    void everythingIsAccountedFor(int before, Customer... customers) {
        accountedFor(() -> entries(customers) == arrived() - before, before, customers);
    }

    /// The same where callers leave at any time: what was on its way then counts, though perhaps
    /// not all of it arrived.
    void nothingArrivedUncounted(int before, Customer... customers) {
        accountedFor(() -> entries(customers) >= arrived() - before, before, customers);
    }

    private static void accountedFor(BooleanSupplier so, int before, Customer... customers) {
        try {
            eventually(so);
        } catch (AssertionError late) {
            throw new AssertionError(
                    "%d entries, %d arrived".formatted(entries(customers), arrived() - before),
                    late);
        }
    }

    private static long entries(Customer... customers) {
        long sum = 0;
        for (Customer customer : customers) {
            sum +=
                    world.number(
                            """
                            SELECT sum(requests) FROM usage_minute
                            WHERE key_id = '%s' AND outcome <> 'refused'
                            """
                                    .formatted(customer.key()));
        }
        return sum;
    }

    double closed(String reason) {
        return meters.counter("weir.connections.closed", "reason", reason).count();
    }
}
