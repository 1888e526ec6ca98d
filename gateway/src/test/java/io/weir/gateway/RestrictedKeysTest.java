package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.json;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.World.Customer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// What a key may be used for, in a whole gateway.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ActiveProfiles("demo")
@Tag("blocking")
class RestrictedKeysTest {

    private static final String CHAT =
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final int LIMIT = 1 << 20;
    static final World world = World.INSTANCE;

    @LocalServerPort int port;
    @Autowired MeterRegistry meters;

    final Customer customer = world.customer(1_000, "1000, 5");

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("weir.database-url", world::gatewayUrl);
        properties.add("weir.peppers", () -> World.PEPPER);
        properties.add("weir.journal-dir", world::journalFolder);
        properties.add("WEIR_UPSTREAM_URL", world::upstreamUrl);
        properties.add("WEIR_DEMO_UPSTREAM_CREDENTIAL", () -> "operator-secret");
        properties.add("weir.key-header", () -> "X-Custom-Key");
        properties.add("management.server.port", () -> "0");
    }

    @ParameterizedTest
    @CsvSource({
        "demo,      type,       urn:weir:problem:not-allowed",
        "anthropic, error/type, permission_error"
    })
    void aRouteThatIsNotAllowedIsForbiddenInItsDialect(String route, String member, String word) {
        restrict("allowed_routes = '{openai,other}'");

        var answer = get("/" + route + "/a");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(json(answer).at("/" + member).stringValue()).isEqualTo(word);
        assertThat(get("/openai/v1/models").statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsForbiddenConsumesNothingAndIsCountedAsRefused() {
        restrict("allowed_routes = '{openai}'");
        double before = refusals();
        for (int i = 0; i < 3; i++) {
            assertThat(get("/demo/a").statusCode()).isEqualTo(403);
        }

        assertThat(refusals() - before).isEqualTo(3);
        eventually(() -> world.requests(customer, "refused") == 3);
        assertThat(world.requests(customer, "served")).isZero();
        assertThat(world.used(customer)).isZero();
        assertThat(Wire.header(get("/openai/v1/models"), "RateLimit"))
                .contains("\"monthly\";r=999");
    }

    @Test
    void aModelIsAllowedByItsNameOrItsBeginningAndTheUpstreamReadsTheSameBytes() {
        restrict("allowed_models = '{gpt-4o,claude-*}'");
        String odd = "{ \"model\" : \"claude-x\",\r\n\"é\":[1.0e0, \"\\u0041\"] }";

        assertThat(chat("gpt-4o").statusCode()).isEqualTo(200);
        assertThat(json(post("/openai/a?echo=true", "application/json", odd)).get("body"))
                .hasToString(new tools.jackson.databind.node.StringNode(odd).toString());
        JsonNode error = json(chat("gpt-4o-mini")).get("error");
        assertThat(error.get("code").stringValue()).isEqualTo("model_not_found");
        assertThat(chat("gpt-4o-mini").statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json        | {\"model\":\"m\",\"model\":\"x\"} | 400",
                "application/json        | {\"model\":\"m\",\"Model\":\"x\"} | 400",
                "application/json        | {\"model\":\"m\"}{}               | 400",
                "application/json        | {\"input\":\"no model\"}          | 403",
                "application/json        | [{\"model\":\"m\"}]               | 403",
                "application/json        | {\"model\":\"m\"}                 | 200",
                "application/vnd.x+json  | {\"model\":\"m\"}                 | 200",
                "application/json; charset=utf-8  | {\"model\":\"m\"}        | 200",
                "application/json; charset=utf-16 | {\"model\":\"m\"}        | 403",
                "text/plain              | {\"model\":\"m\"}                 | 403",
                "/                       | {\"model\":\"m\"}                 | 403"
            })
    void aBodyThatDoesNotTellItsModelIsRefused(String type, String body, int status) {
        restrict("allowed_models = '{m}'");

        assertThat(post("/demo/a", type, body).statusCode()).isEqualTo(status);
    }

    @Test
    void withoutABodyNoModelIsAskedForUnlessTheQueryDoes() {
        restrict("allowed_models = '{m}'");

        assertThat(get("/demo/a").statusCode()).isEqualTo(200);
        assertThat(get("/demo/a?model=m").statusCode()).isEqualTo(200);
        assertThat(get("/demo/a?model=x").statusCode()).isEqualTo(403);
        assertThat(get("/demo/a?model=m&model=x").statusCode()).isEqualTo(403);
        assertThat(get("/demo/a?model").statusCode()).isEqualTo(403);
        assertThat(send(request("/demo/a").POST(BodyPublishers.noBody())).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBodyIsReadUpToALimitAndOnlyWhereModelsAreRestricted() {
        String large = "{\"model\":\"m\",\"x\":\"" + "x".repeat(LIMIT) + "\"}";
        assertThat(post("/demo/a", "application/json", large).statusCode()).isEqualTo(200);
        restrict("allowed_models = '{m}'");

        eventually(() -> post("/demo/a", "application/json", large).statusCode() == 413);
        assertThat(chunked(large).statusCode()).isEqualTo(413);
        assertThat(chunked(large.substring(0, 12) + "}").statusCode()).isEqualTo(200);
        assertThat(json(post("/anthropic/a", "application/json", large)).at("/error/type"))
                .hasToString("\"request_too_large\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.0/8", "127.0.0.1", "::ffff:127.0.0.0/104", "0.0.0.0/0"})
    void aKeyIsUsedFromWhereItMay(String range) {
        restrict("allowed_cidrs = '{10.0.0.0/8,%s}'".formatted(range));

        assertThat(get("/demo/a").statusCode()).isEqualTo(200);
        JsonNode me = json(get("/weir/v1/me"));
        assertThat(me.at("/allowed_cidrs/1").stringValue()).isEqualTo(range);
        assertThat(me.get("allowed_routes").isNull()).isTrue();
    }

    @Test
    void aCallerDoesNotChooseItsAddress() {
        restrict("allowed_cidrs = '{10.0.0.0/8,::/0}'");

        for (String path : new String[] {"/demo/a", "/weir/v1/me"}) {
            var answer =
                    send(
                            request(path)
                                    .header("X-Forwarded-For", "10.0.0.1")
                                    .header("Forwarded", "for=10.0.0.1")
                                    .header("X-Real-IP", "10.0.0.1"));
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
            assertThat(json(answer).get("type").stringValue())
                    .isEqualTo("urn:weir:problem:not-allowed");
        }
    }

    @Test
    void aKeyThatIsRevokedIsToldThatFirst() {
        restrict("allowed_routes = '{openai}', revoked_at = now()");

        assertThat(json(get("/demo/a")).get("type").stringValue())
                .isEqualTo("urn:weir:problem:key-revoked");
    }

    @Test
    void aChangeOfWhatIsAllowedIsObeyed() {
        assertThat(get("/demo/a").statusCode()).isEqualTo(200);
        restrict("allowed_routes = '{openai}'");
        eventually(() -> get("/demo/a").statusCode() == 403);
        restrict("allowed_routes = NULL");
        eventually(() -> get("/demo/a").statusCode() == 200);
    }

    @Test
    void aKeyIsTakenFromTheConfiguredHeaderAndNotPassedOn() {
        var answer =
                send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + port + "/demo/echo"))
                                .header("x-custom-key", customer.secret()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain(customer.secret());
    }

    @Test
    void aKeySeesEveryLimitItIsUnderButTheResellersAndUsesNothing() {
        var group = UUID.randomUUID();
        world.run(
                """
                INSERT INTO key_group (id, reseller_id, name, unit, "limit", period)
                VALUES ('%1$s', '%2$s', '%1$s', 'tokens', 500, 'weekly')
                """
                        .formatted(group, customer.reseller()));
        restrict(
                """
                tokens_per_minute = 9, requests_per_day = 7, token_quota = 100, token_quota_reset = 'daily',
                group_id = '%s', allowed_routes = '{demo}'
                """
                        .formatted(group));
        get("/demo/a");

        for (int i = 0; i < 3; i++) {
            JsonNode me = json(get("/weir/v1/me"));
            assertThat(me.get("limits").valueStream().map(RestrictedKeysTest::shown))
                    .containsExactlyInAnyOrder(
                            "key conc 5 0",
                            "key rpm 1000",
                            "key tpm 9",
                            "key rpd 7 1",
                            "key tokens 100 0",
                            "group group-tokens 500 0",
                            "client monthly 1000 1");
            assertThat(me.at("/allowed_routes/0").stringValue()).isEqualTo("demo");
        }
    }

    /// What is used of a rate depends on how many gateways share it just then.
    private static String shown(JsonNode limit) {
        String policy = limit.get("policy").stringValue();
        return "%s %s %s%s"
                .formatted(
                        limit.get("scope").stringValue(),
                        policy,
                        limit.get("limit"),
                        policy.endsWith("pm") ? "" : " " + limit.get("used"));
    }

    private double refusals() {
        var counter =
                meters.find("weir.admissions")
                        .tags("route", "demo", "outcome", "route_not_allowed")
                        .counter();
        return counter == null ? 0 : counter.count();
    }

    private void restrict(String columns) {
        world.change(
                customer.key(),
                "UPDATE key SET %s WHERE id = '%s'".formatted(columns, customer.key()));
    }

    private HttpResponse<String> chat(String model) {
        return post("/openai/v1/chat/completions", "application/json", CHAT.formatted(model));
    }

    private HttpResponse<String> post(String path, String type, String body) {
        return send(request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> chunked(String body) {
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return send(
                request("/demo/a")
                        .header("Content-Type", "application/json")
                        .POST(
                                BodyPublishers.ofInputStream(
                                        () -> new java.io.ByteArrayInputStream(bytes))));
    }

    private HttpResponse<String> get(String path) {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(java.net.http.HttpClient.Version.HTTP_1_1)
                .timeout(Wire.DEADLINE)
                .header("x-api-key", customer.secret());
    }
}
