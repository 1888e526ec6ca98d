package io.weir.gateway;

import static io.weir.gateway.Wire.DEADLINE;
import static io.weir.gateway.Wire.send;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Mono;

/// The whole gateway with the routes of the demo over a real database; a call that blocks an event
/// loop is an error. Its classes run before those of other gateways, whose threads would not know.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ActiveProfiles("demo")
@Import(DemoGateway.Routes.class)
@Tag("blocking")
abstract class DemoGateway {

    static final World world = World.INSTANCE;

    static {
        Blocking.isAnError();
    }

    @LocalServerPort int port;
    @Autowired MeterRegistry meters;

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        properties.add("WEIR_UPSTREAM_URL", world::upstreamUrl);
        properties.add("WEIR_DEMO_UPSTREAM_CREDENTIAL", () -> "operator-secret");
        properties.add("management.server.port", () -> "0");
    }

    @TestConfiguration
    static class Routes {

        private static final String NOBODY = "http://127.0.0.1:1";

        @Bean
        RouteLocator nothingIsServedThere(RouteLocatorBuilder routes) {
            return routes.routes()
                    .route("dead", route -> route.path("/dead/**").uri(NOBODY))
                    .route(
                            "faulty",
                            route ->
                                    route.path("/faulty/**")
                                            .filters(filters -> filters.filter((_, _) -> fault()))
                                            .uri(NOBODY))
                    .build();
        }

        private static Mono<Void> fault() {
            return Mono.error(new IllegalStateException("what nobody thought of"));
        }
    }

    double active() {
        return meters.get("weir.requests.active").gauge().value();
    }

    HttpResponse<String> get(String path, String secret) {
        return send(request(path).header("authorization", "Bearer " + secret));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(DEADLINE);
    }
}
