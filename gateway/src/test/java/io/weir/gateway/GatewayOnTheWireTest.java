package io.weir.gateway;

import static io.weir.gateway.Wire.DEADLINE;
import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.header;
import static io.weir.gateway.Wire.json;
import static io.weir.gateway.Wire.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.World.Customer;
import io.weir.quota.lease.Leases;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/// The data path from a caller to the upstream and back.
class GatewayOnTheWireTest extends DemoGateway {

    @Autowired Leases leases;

    @Test
    void aBlockingCallWouldBeAnError() {
        Mono<Void> sleeping =
                Mono.<Void>fromRunnable(() -> LockSupport.parkNanos(1_000))
                        .subscribeOn(Schedulers.parallel());

        assertThatThrownBy(() -> sleeping.block(DEADLINE)).hasMessageContaining("Blocking call");
    }

    @Test
    void anAdmittedRequestReachesTheUpstreamWithTheOperatorsCredential() {
        Customer customer = world.customer(1_000, "60, 5");
        var answer = get("/demo/echo?a=%20b", customer.secret());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).at("/path").stringValue()).isEqualTo("/echo?a=%20b");
        assertThat(json(answer).at("/headers/authorization/0").stringValue())
                .isEqualTo("Bearer operator-secret");
        assertThat(answer.body()).doesNotContain("weir_sk_");
        assertThat(header(answer, "RateLimit-Policy"))
                .contains("\"rpm\";q=60;w=60")
                .contains("\"monthly\";q=1000;w=")
                .contains("\"conc\";q=5;qu=\"concurrent-requests\"")
                .doesNotContain("pool");
        assertThat(header(answer, "RateLimit")).contains("\"rpm\";r=59").contains("r=999;t=");
        assertThat(header(answer, "x-request-id")).startsWith("req_");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-api-key", "x-goog-api-key", "authorization"})
    void aKeyIsTakenFromEveryUsualHeaderAndPassedOnInNone(String name) {
        Customer customer = world.customer(1_000, "60, 5");
        String value =
                name.equals("authorization") ? "bearer " + customer.secret() : customer.secret();
        var answer = send(request("/demo/echo").header(name, value));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain(customer.secret());
    }

    @ParameterizedTest
    @CsvSource({
        "demo,      type,        urn:weir:problem:invalid-key",
        "openai,    error/code,  invalid_api_key",
        "anthropic, error/type,  authentication_error"
    })
    void anUnknownKeyIsRefusedInTheDialectOfTheRoute(String route, String member, String word) {
        var answer = get("/" + route + "/x", "weir_sk_" + "0".repeat(38));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(json(answer).at("/" + member).stringValue()).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource({
        "demo,      type,       https://iana.org/assignments/http-problem-types#quota-exceeded",
        "openai,    error/code, rate_limit_exceeded",
        "anthropic, error/type, rate_limit_error"
    })
    void aRateThatIsExceededSaysWhenToComeBack(String route, String member, String word) {
        Customer customer = world.customer(1_000, "2, 5");
        get("/demo/a", customer.secret());
        get("/demo/a", customer.secret());
        var answer = get("/" + route + "/a", customer.secret());

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(json(answer).at("/" + member).stringValue()).isEqualTo(word);
        assertThat(Long.parseLong(header(answer, "Retry-After"))).isBetween(1L, 30L);
        assertThat(header(answer, "RateLimit")).contains("\"rpm\";r=0;t=");
    }

    @Test
    void aProblemNamesTheLimitAndHowItStands() {
        Customer customer = world.customer(1, "60, 5");
        get("/demo/a", customer.secret());
        var answer = get("/demo/a", customer.secret());
        JsonNode problem = json(answer);

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(problem.at("/violated-policies/0").stringValue()).isEqualTo("monthly");
        assertThat(problem.at("/scope").stringValue()).isEqualTo("client");
        assertThat(problem.at("/limit").longValue()).isEqualTo(1);
        assertThat(problem.at("/used").longValue()).isEqualTo(1);
        assertThat(problem.at("/reserved").longValue()).isZero();
        assertThat(Instant.parse(problem.at("/resets-at").stringValue())).isAfter(Instant.now());
        assertThat(problem.at("/request-id").stringValue())
                .isEqualTo(header(answer, "x-request-id"));
        assertThat(problem.at("/explain").stringValue())
                .isEqualTo("/api/v1/decisions/" + header(answer, "x-request-id"));
    }

    @Test
    void aChangeIsObeyedWithoutARestart() {
        Customer customer = world.customer(1_000, "60, 5");
        get("/demo/a", customer.secret());
        world.setStatus(customer, "suspended");
        eventually(() -> get("/demo/a", customer.secret()).statusCode() == 403);
        world.setStatus(customer, "active");
        eventually(() -> get("/demo/a", customer.secret()).statusCode() == 200);
    }

    @Test
    void aDeletedKeyIsUnknownAndARevokedOneForbidden() {
        Customer revoked = world.customer(1_000, "60, 5");
        Customer deleted = world.customer(1_000, "60, 5");
        get("/demo/a", revoked.secret());
        get("/demo/a", deleted.secret());
        world.change(
                revoked.key(),
                "UPDATE key SET revoked_at = now() WHERE id = '%s'".formatted(revoked.key()));
        world.change(deleted.key(), "DELETE FROM key WHERE id = '%s'".formatted(deleted.key()));

        eventually(() -> get("/demo/a", revoked.secret()).statusCode() == 403);
        eventually(() -> get("/demo/a", deleted.secret()).statusCode() == 401);
        assertThat(json(get("/demo/a", revoked.secret())).at("/type").stringValue())
                .isEqualTo("urn:weir:problem:key-revoked");
    }

    @Test
    void aKeyOutOfItsTimeIsExpired() {
        Customer customer = world.customer(1_000, "60, 5");
        world.change(
                customer.key(),
                "UPDATE key SET expires_at = now() - interval '1 s' WHERE id = '%s'"
                        .formatted(customer.key()));

        assertThat(json(get("/demo/a", customer.secret())).at("/type").stringValue())
                .isEqualTo("urn:weir:problem:key-expired");
    }

    @Test
    void anUpstreamThatFailsIsCountedAndOneThatWasNeverReachedIsNot() {
        Customer customer = world.customer(1_000, "60, 5");
        assertThat(get("/demo/a?status=503", customer.secret()).statusCode()).isEqualTo(503);
        var unreached = get("/dead/a", customer.secret());

        assertThat(unreached.statusCode()).isEqualTo(502);
        assertThat(json(unreached).at("/type").stringValue())
                .isEqualTo("urn:weir:problem:upstream-failed");
        assertThat(unreached.body()).doesNotContain("127.0.0.1");
        eventually(() -> world.used(customer) == 1);
        assertThat(world.requests(customer, "served")).isEqualTo(1);
        assertThat(world.requests(customer, "failed")).isZero();
    }

    @Test
    void aCallerThatHangsUpIsCountedAndFreesItsSlot() throws IOException {
        Customer customer = world.customer(1_000, "NULL, 1");
        String slow = "/a?delay=5000&caller=" + customer.client();
        try (var socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(
                            "GET /demo%s HTTP/1.1\r\nHost: weir\r\nx-api-key: %s\r\n\r\n"
                                    .formatted(slow, customer.secret())
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            // What is not forwarded yet costs nothing, and is not counted.
            eventually(() -> world.hasArrived(slow));
            assertThat(active()).isEqualTo(1);
            assertThat(get("/demo/a", customer.secret()).statusCode()).isEqualTo(429);
        }

        eventually(() -> get("/demo/a", customer.secret()).statusCode() == 200);
        eventually(() -> world.requests(customer, "canceled") == 1);
        eventually(() -> active() == 0);
    }

    @Test
    void aStreamIsPassedOnAsItComes() {
        Customer customer = world.customer(1_000, "60, 5");
        var answer =
                send(
                        request("/openai/v1/chat/completions")
                                .header("authorization", "Bearer " + customer.secret())
                                .header("content-type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                """
                                                {"model": "gpt-4o-mini", "stream": true,
                                                 "messages": [{"role": "user", "content": "hi"}]}
                                                """)));

        assertThat(header(answer, "content-type")).startsWith("text/event-stream");
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        eventually(() -> world.requests(customer, "served") == 1);
    }

    @Test
    void aKeyMaySeeItsOwnLimitsAndConsumesNothing() {
        Customer customer = world.customer(1_000, "60, 5");
        get("/demo/a", customer.secret());
        for (int i = 0; i < 3; i++) {
            JsonNode me = json(get("/weir/v1/me", customer.secret()));
            assertThat(me.at("/id").stringValue()).isEqualTo("key_" + customer.key());
            JsonNode monthly = me.at("/limits/2");
            assertThat(monthly.at("/policy").stringValue()).isEqualTo("monthly");
            assertThat(monthly.at("/used").longValue()).isEqualTo(1);
            assertThat(monthly.at("/remaining").longValue()).isEqualTo(999);
            assertThat(monthly.at("/resets_at").stringValue()).endsWith("-01T00:00:00Z");
        }
    }

    @Test
    void anIdleGatewayHoldsNothing() {
        Customer customer = world.customer(1_000, "60, 5");
        get("/demo/a", customer.secret());

        eventually(() -> leases.active() == 0 && leases.held() == 0);
        assertThat(world.number("SELECT sum(leased) FROM counter")).isZero();
    }
}
