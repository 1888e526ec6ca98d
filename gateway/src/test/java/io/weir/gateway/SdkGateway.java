package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.World.Customer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.Buildable;
import org.springframework.cloud.gateway.route.builder.PredicateSpec;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.web.server.WebFilter;

/// A gateway that the official SDKs call as they would call the provider itself.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ActiveProfiles("demo")
@Import(SdkGateway.Surroundings.class)
@Tag("blocking")
abstract class SdkGateway {

    static final World world = World.INSTANCE;
    static final Source source = new Source();

    /// As many as an SDK makes unless told otherwise.
    static final int RETRIES = 2;

    private static final AtomicInteger requests = new AtomicInteger();

    static {
        Blocking.isAnError();
    }

    @LocalServerPort int port;
    @Autowired MeterRegistry meters;

    final Waits waits = new Waits();

    @TestConfiguration(proxyBeanMethods = false)
    static class Surroundings {

        @Bean
        WebFilter counting() {
            return (exchange, chain) -> {
                requests.incrementAndGet();
                return chain.filter(exchange);
            };
        }

        @Bean
        RouteLocator toTheSource(RouteLocatorBuilder routes) {
            return routes.routes()
                    .route("source-openai", route -> toTheSource(route, "openai"))
                    .route("source-anthropic", route -> toTheSource(route, "anthropic"))
                    .build();
        }

        private static Buildable<Route> toTheSource(PredicateSpec route, String dialect) {
            return route.path("/source-" + dialect + "/**")
                    .filters(filters -> filters.stripPrefix(1))
                    .metadata("dialect", dialect)
                    .uri(source.url());
        }
    }

    static void surround(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        properties.add("WEIR_UPSTREAM_URL", world::upstreamUrl);
        properties.add("WEIR_DEMO_UPSTREAM_CREDENTIAL", () -> "operator-secret");
        properties.add("management.server.port", () -> "0");
    }

    /// How many requests reached the gateway meanwhile.
    static int requestsDuring(Runnable calls) {
        int before = requests.get();
        calls.run();
        return requests.get() - before;
    }

    String gateway(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /// A request that goes on until it is closed. It takes the key's only slot, which a gateway
    /// that is not alone may not have: that of a test before counts for some seconds.
    Socket underWay(Customer customer) throws IOException {
        eventually(() -> meters.get("weir.limits.share").gauge().value() == 1);
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream()
                .write(
                        ("GET /demo/a?delay=30000 HTTP/1.1\r\nHost: weir\r\nx-api-key: "
                                        + customer.secret()
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        eventually(() -> active() == 1);
        return socket;
    }

    double active() {
        return meters.get("weir.requests.active").gauge().value();
    }

    /// How many of its requests are counted, however they ended.
    static long ended(Customer customer) {
        return world.number(
                "SELECT sum(requests) FROM usage_minute WHERE key_id = '%s'"
                        .formatted(customer.key()));
    }

    int status(String path, Customer customer) {
        return send(path, customer).statusCode();
    }

    private java.net.http.HttpResponse<String> send(String path, Customer customer) {
        return Wire.send(
                HttpRequest.newBuilder(URI.create(gateway(path)))
                        .timeout(Wire.DEADLINE)
                        .header("x-api-key", customer.secret()));
    }

    /// Pays for a request on either route, until nothing is left to pay with.
    void spend(Customer customer) {
        world.changePrices(
                """
                DELETE FROM price;
                INSERT INTO price (route, model, per_request)
                    VALUES ('openai', '*', 1000000000), ('anthropic', '*', 1000000000);
                UPDATE price_book SET revision = revision + 1
                """);
        world.change(
                customer.key(),
                "SELECT top_up('%1$s', 1000000000); SELECT open_budget('%2$s', 1000000000, 1000000000)"
                        .formatted(customer.reseller(), customer.key()));
        eventually(() -> chat(customer).body().contains("insufficient_quota"));
    }

    private java.net.http.HttpResponse<String> chat(Customer customer) {
        String body =
                """
                {"model":"any","max_tokens":1,"messages":[{"role":"user","content":"hello"}]}""";
        return Wire.send(
                HttpRequest.newBuilder(URI.create(gateway("/openai/v1/chat/completions")))
                        .timeout(Wire.DEADLINE)
                        .header("x-api-key", customer.secret())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }
}
