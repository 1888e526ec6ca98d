package io.weir.gateway;

import io.weir.gateway.World.Customer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// A whole gateway with everything switched on that faces the internet or its operator, one for all
/// tests of that.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Tag("blocking")
abstract class OutwardGateway {

    static final World world = World.INSTANCE;
    static final Source source = new Source();
    static final Sockets sockets = new Sockets();
    static final Path ACCESS_LOG = file();
    static final String PAGE = "https://app.example.com";

    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";

    @LocalServerPort int port;

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        // a known one, by which routes are kept off it
        int management = freePort();
        properties.add("management.server.port", () -> management);
        // so that a busy machine decides nothing
        properties.add("weir.store-budget", () -> "5s");
        properties.add("weir.access-log", ACCESS_LOG::toString);
        properties.add("weir.compression", () -> "true");
        properties.add("weir.cors-origins", () -> PAGE + ",https://other.example.com");
        properties.add("weir.trace-context", () -> "create");
        properties.add("weir.trace-sampling", () -> "1");
        properties.add("server.http2.enabled", () -> "true");
        route(properties, 0, "plain", world.upstreamUrl());
        route(properties, 1, "told", source.url());
        route(properties, 2, "dead", "http://127.0.0.1:1");
        route(properties, 3, "sockets", sockets.url());
    }

    private static void route(
            DynamicPropertyRegistry properties, int place, String id, String upstream) {
        String at = "%s[%d].".formatted(ROUTES, place);
        properties.add(at + "id", () -> id);
        properties.add(at + "uri", () -> upstream);
        properties.add(at + "predicates[0]", () -> "Path=/" + id + "/**");
        properties.add(at + "filters[0]", () -> "StripPrefix=1");
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path file() {
        try {
            return Files.createTempDirectory("weir-access").resolve("access.log");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Wire.DEADLINE);
    }

    HttpRequest.Builder request(String path, Customer by) {
        return request(path).header("Authorization", "Bearer " + by.secret());
    }
}
