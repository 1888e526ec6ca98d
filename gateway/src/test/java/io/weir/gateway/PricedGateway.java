package io.weir.gateway;

import io.weir.gateway.World.Customer;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Tag;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// A whole gateway with a route of every kind that matters to prices, one for all tests of those.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Tag("blocking")
abstract class PricedGateway {

    static final long CREDIT = 1_000_000_000;
    static final World world = World.INSTANCE;

    private static final RawUpstream stalling = new RawUpstream();
    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";

    @LocalServerPort int port;

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        properties.add("management.server.port", () -> "0");
        route(properties, 0, "priced");
        route(properties, 1, "models");
        route(properties, 2, "unpriced");
        route(properties, 3, "bounded", "max-cost", "0.5");
        route(properties, 4, "stated", "max-cost", "0.5");
        route(properties, 5, "garbled", "max-cost", "0.5");
        route(properties, 6, "silent", "max-cost", "0.5");
        route(properties, 7, "openai", "dialect", "openai");
        route(properties, 8, "anthropic", "dialect", "anthropic");
        route(properties, 9, "dead");
        route(properties, 10, "slow", "response-timeout", "50");
        route(properties, 11, "stalled", "max-cost", "0.5", "stream-idle-timeout", "400ms");
        answers(properties, 4, "0.123456789");
        answers(properties, 5, "-5");
        for (int stated = 4; stated <= 6; stated++) {
            properties.add(
                    "%s[%d].filters[2]".formatted(ROUTES, stated), () -> "Meter=header, X-Cost");
        }
        properties.add(ROUTES + "[6].filters[1]", () -> "PreserveHostHeader");
        properties.add(ROUTES + "[9].uri", () -> "http://127.0.0.1:1");
        properties.add(ROUTES + "[11].uri", stalling::url);
        properties.add(ROUTES + "[11].filters[1]", () -> "Meter=header, X-Cost");
    }

    private static void route(
            DynamicPropertyRegistry properties, int place, String id, String... metadata) {
        String at = "%s[%d].".formatted(ROUTES, place);
        properties.add(at + "id", () -> id);
        properties.add(at + "uri", world::upstreamUrl);
        properties.add(at + "predicates[0]", () -> "Path=/" + id + "/**");
        properties.add(at + "filters[0]", () -> "StripPrefix=1");
        for (int i = 0; i < metadata.length; i += 2) {
            String value = metadata[i + 1];
            properties.add(at + "metadata." + metadata[i], () -> value);
        }
    }

    private static void answers(DynamicPropertyRegistry properties, int place, String stated) {
        properties.add(
                "%s[%d].filters[1]".formatted(ROUTES, place),
                () -> "AddResponseHeader=X-Cost, " + stated);
    }

    HttpRequest.Builder request(String path, Customer by) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + by.secret());
    }
}
