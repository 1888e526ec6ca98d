package io.weir.gateway;

import io.weir.gateway.World.Customer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// A whole gateway in front of the APIs of language models, one for all tests of those.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Tag("blocking")
abstract class ModelGateway {

    static final long CREDIT = 1_000_000_000;
    static final World world = World.INSTANCE;

    /// Dollars per million: 3 for input, 15 for output.
    static final String PRICES =
            """
            DELETE FROM price;
            INSERT INTO price (route, model, input, output)
                SELECT route, 'priced', 3000000000, 15000000000
                  FROM unnest('{openai,anthropic,bent}'::text[]) route;
            UPDATE price_book SET revision = revision + 1
            """;

    private static final String CLIENT = "spring.cloud.gateway.server.webflux.httpclient";
    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";

    @LocalServerPort int port;

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        properties.add("management.server.port", () -> "0");
        // so that a busy machine decides nothing
        properties.add("weir.store-budget", () -> "5s");
        properties.add("server.http2.enabled", () -> "true");
        properties.add(CLIENT + ".pool.metrics", () -> "true");
        route(properties, 0, "openai", "openai", world.upstreamUrl());
        route(properties, 1, "anthropic", "anthropic", world.upstreamUrl());
        route(properties, 2, "bent", "openai", Transcripts.url());
        properties.add(ROUTES + "[0].metadata.max-output-tokens", () -> "50000");
    }

    private static void route(
            DynamicPropertyRegistry properties, int place, String id, String api, String upstream) {
        String at = "%s[%d].".formatted(ROUTES, place);
        properties.add(at + "id", () -> id);
        properties.add(at + "uri", () -> upstream);
        properties.add(at + "predicates[0]", () -> "Path=/" + id + "/**");
        properties.add(at + "filters[0]", () -> "StripPrefix=1");
        properties.add(at + "filters[1]", () -> "Meter=" + api);
    }

    HttpRequest.Builder request(String path, Customer by) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + by.secret());
    }

    HttpResponse<String> post(String path, String body, Customer by) {
        return Wire.send(
                request(path, by)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    static String chat(String model, String says, String more) {
        return """
        {"model":"%s","messages":[{"role":"user","content":"%s"}]%s}"""
                .formatted(model, says, more);
    }

    /// A key that can spend so many nano-units at client price.
    static Customer withBudget(long nanos) {
        Customer customer = world.customer(1_000_000, "1000000, 1000");
        world.change(
                customer.key(),
                "SELECT top_up('%1$s', %3$d); SELECT open_budget('%2$s', %3$d, %3$d)"
                        .formatted(customer.reseller(), customer.key(), nanos));
        return customer;
    }

    static Customer withTokens(long quota) {
        Customer customer = world.customer(1_000_000, "1000000, 1000");
        world.change(
                customer.key(),
                "UPDATE key SET token_quota = %d, token_quota_reset = 'monthly' WHERE id = '%s'"
                        .formatted(quota, customer.key()));
        return customer;
    }

    static long used(Customer customer, String policy) {
        return world.number(
                "SELECT used FROM counter WHERE subject = '%s' AND policy = '%s'"
                        .formatted(customer.key(), policy));
    }

    static long leased(Customer customer, String policy) {
        return world.number(
                "SELECT leased FROM counter WHERE subject = '%s' AND policy = '%s'"
                        .formatted(customer.key(), policy));
    }

    /// What is told of a key's usage, such as `input`, of one model and outcome.
    static long told(Customer customer, String what, String model, String outcome) {
        return world.number(
                "SELECT coalesce(sum(%s), 0) FROM usage_minute WHERE key_id = '%s' AND model = '%s' AND outcome = '%s'"
                        .formatted(what, customer.key(), model, outcome));
    }

    static Map<String, Long> tokens(Customer customer, String outcome) {
        return Map.of(
                "input", told(customer, "input", "priced", outcome),
                "output", told(customer, "output", "priced", outcome),
                "estimated", told(customer, "tokens_estimated", "priced", outcome));
    }
}
