package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.send;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.World.Customer;
import io.weir.quota.admission.Admission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// A whole gateway in front of upstreams that fail in every way, one for all tests of those.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Tag("blocking")
abstract class UpstreamGateway {

    static final World world = World.INSTANCE;
    static final RawUpstream first = new RawUpstream();
    static final RawUpstream second = new RawUpstream();

    /// Where nobody listens.
    static final int deadPort = freePort();

    private static final DeafUpstream deaf = new DeafUpstream();
    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";

    @LocalServerPort int port;
    @Autowired MeterRegistry meters;
    @Autowired Admission admission;

    Customer customer = world.customer(1_000, "NULL, 200");

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        properties.add("management.server.port", () -> "0");
        // so that a busy machine decides nothing
        properties.add("weir.store-budget", () -> "5s");
        String dead = "http://127.0.0.1:" + deadPort;
        var routes = new Routes(properties);
        routes.add("timed", "response-timeout", "300", "stream-idle-timeout", "400ms");
        routes.add("openai", "response-timeout", "300", "dialect", "openai");
        routes.add("anthropic", "response-timeout", "300", "dialect", "anthropic");
        routes.add("deaf", "connect-timeout", "200");
        routes.at("uri", deaf::url);
        routes.add(
                "narrow",
                "max-connections",
                "2",
                "max-pending",
                "2",
                "acquire-timeout",
                "60000",
                "response-timeout",
                "60000");
        routes.add("impatient", "max-connections", "1", "acquire-timeout", "100");
        routes.add("wide");
        routes.add("retrying");
        routes.filter("Retry", "retries", "2", "methods", "GET");
        routes.add("both");
        routes.filter("Upstream", "instances", first.url() + "," + second.url());
        routes.add("half");
        routes.filter(
                "Upstream",
                "instances",
                dead + "," + second.url(),
                "retries",
                "1",
                "failures",
                "1000");
        routes.add("again", "response-timeout", "300");
        routes.filter("Upstream", "instances", first.url(), "retries", "2", "failures", "1000");
        routes.add("broken");
        routes.filter("Upstream", "instances", first.url(), "failures", "3", "back-off", "2s");
        routes.add("checked");
        routes.filter(
                "Upstream",
                "instances",
                first.url() + "," + second.url(),
                "health-path",
                "/health",
                "health-interval",
                "250ms");
    }

    private static final class Routes {

        private final DynamicPropertyRegistry properties;
        private int place = -1;

        Routes(DynamicPropertyRegistry properties) {
            this.properties = properties;
        }

        void add(String id, String... metadata) {
            place++;
            at("id", () -> id);
            if (!id.equals("deaf")) {
                at("uri", first::url);
            }
            at("predicates[0]", () -> "Path=/" + id + "/**");
            at("filters[0]", () -> "StripPrefix=1");
            for (int i = 0; i < metadata.length; i += 2) {
                String value = metadata[i + 1];
                at("metadata." + metadata[i], () -> value);
            }
        }

        void filter(String name, String... arguments) {
            at("filters[1].name", () -> name);
            for (int i = 0; i < arguments.length; i += 2) {
                String value = arguments[i + 1];
                at("filters[1].args." + arguments[i], () -> value);
            }
        }

        void at(String name, Supplier<Object> value) {
            properties.add("%s[%d].%s".formatted(ROUTES, place, name), value);
        }
    }

    @BeforeEach
    void clear() {
        first.clear();
        second.clear();
    }

    /// Whatever a test did.
    @AfterEach
    void nothingIsLeftBehind() {
        eventually(() -> admission.openReservations() == 0);
        eventually(() -> meters.get("weir.requests.active").gauge().value() == 0);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + customer.secret());
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpResponse<String> post(String path) {
        return send(request(path).POST(BodyPublishers.ofString("{}")));
    }

    /// A caller that has asked and may leave.
    Socket asking(String path) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(65_536);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(
                        "GET %s HTTP/1.1\r\nHost: weir\r\nx-api-key: %s\r\n\r\n"
                                .formatted(path, customer.secret())
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /// All that the customer has used, and by how it ended.
    void usedInTheEnd(long requests, String outcome) {
        eventually(() -> world.used(customer) == requests);
        eventually(() -> world.requests(customer, outcome) == requests);
        eventually(() -> settled() == requests);
    }

    private long settled() {
        return world.number(
                "SELECT sum(requests) FROM usage_minute WHERE key_id = '%s'"
                        .formatted(customer.key()));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
