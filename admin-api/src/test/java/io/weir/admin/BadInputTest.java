package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Everything that can be wrong with a body, taken from the OpenAPI document.
class BadInputTest {

    static final Running running = Running.shared();
    static final Description description = Description.of(running.anonymous());

    /// For all that is refused.
    static final Fixture fixture = Fixture.of(running);

    final Api api = new Api(running.api());

    static Stream<Operation> operations() {
        return description.withJsonBody().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aBodyAsDescribedIsTaken(Operation operation) {
        JsonNode valid = description.example(description.body(operation));

        var answer = ask(Fixture.of(running), operation, valid.toString());

        assertThat(answer.getStatus().is2xxSuccessful()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aFieldThatIsWrongIsNamedAndNothingIsStored(Operation operation) {
        JsonNode schema = description.body(operation);
        List<Defect> defects = Defect.of(description, schema, description.example(schema));
        List<String> before = Stored.versions(running);

        List<String> failures = new ArrayList<>();
        for (Defect defect : defects) {
            failure(ask(operation, defect.body()), defect.pointer())
                    .ifPresent(failure -> failures.add(shown(defect.body()) + " -> " + failure));
        }

        assertThat(defects).hasSizeGreaterThan(10);
        assertThat(failures).isEmpty();
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aBodyOfAnotherKindIsRefusedAndNothingIsStored(Operation operation) {
        boolean list = Description.allows(description.body(operation), "array");
        List<String> bodies =
                List.of(
                        list ? "{}" : "[]",
                        "\"text\"",
                        "1",
                        "null",
                        "true",
                        "",
                        " ",
                        "{",
                        "[",
                        "nul",
                        "{\"name\":}",
                        "{'name':1}",
                        "{name:1}",
                        "{} {}",
                        "[] []",
                        "{}x",
                        "\u0000",
                        "NaN",
                        "[".repeat(100_000),
                        "{\"a\":".repeat(100_000),
                        "{\"a\":" + "1".repeat(5000) + "}");
        List<String> before = Stored.versions(running);

        for (String body : bodies) {
            var answer = ask(operation, body);
            assertThat(answer.getStatus().value()).as(shown(body)).isEqualTo(400);
            assertThat(answer.getResponseHeaders().getContentType())
                    .isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        }
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aBodyThatIsNotSaidToBeJsonIsRefused(Operation operation) {
        byte[] valid =
                description
                        .example(description.body(operation))
                        .toString()
                        .getBytes(StandardCharsets.UTF_8);
        List<String> before = Stored.versions(running);

        for (String type :
                List.of(
                        "text/plain",
                        "application/xml",
                        "application/x-www-form-urlencoded",
                        "text/json")) {
            running.api()
                    .method(operation.method())
                    .uri("/api/v1" + fixture.path(operation))
                    .header("Content-Type", type)
                    .header("If-Match", "*")
                    .bodyValue(valid)
                    .exchange()
                    .expectStatus()
                    .isEqualTo(415)
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        }
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        running.api()
                .post()
                .uri("/api/v1/resellers")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'})
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void aBodyLargerThanIsReadIsRefused() {
        api.post("/resellers", "\"" + "x".repeat(4 * 1024 * 1024) + "\"")
                .expectStatus()
                .isEqualTo(413)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void everyViolationIsListedAtOnce() {
        api.post("/resellers", "{\"name\":1,\"monthly_quota\":-1,\"other\":2}")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .value(
                        List.class,
                        pointers ->
                                assertThat(List.<Object>copyOf(pointers))
                                        .containsExactlyInAnyOrder(
                                                "/name",
                                                "/contact_email",
                                                "/monthly_quota",
                                                "/other"));
    }

    @Test
    void aPriceBookNamesNoModelTwiceAndHasAnEnd() {
        String price = "{\"route\":\"r\",\"model\":\"m\"}";

        api.send(
                        org.springframework.http.HttpMethod.PUT,
                        "/prices",
                        "[" + price + "," + price + "]",
                        "*")
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/1/model");
        String many = "[" + "{},".repeat(5000) + "{}]";
        api.send(org.springframework.http.HttpMethod.PUT, "/prices", many, "*")
                .expectStatus()
                .isEqualTo(422);
    }

    private EntityExchangeResult<byte[]> ask(Operation operation, String body) {
        return ask(fixture, operation, body);
    }

    private EntityExchangeResult<byte[]> ask(Fixture what, Operation operation, String body) {
        return api.send(operation.method(), what.path(operation), body, "*")
                .expectBody()
                .returnResult();
    }

    private static Optional<String> failure(EntityExchangeResult<byte[]> answer, String pointer) {
        byte[] body = answer.getResponseBody();
        String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
        int status = answer.getStatus().value();
        if (status != 422) {
            return Optional.of(status + " " + text);
        }
        boolean named =
                JsonMapper.shared()
                        .readTree(text)
                        .path("errors")
                        .valueStream()
                        .anyMatch(error -> error.path("pointer").asString("").equals(pointer));
        return named ? Optional.empty() : Optional.of(pointer + " is not named: " + text);
    }

    private static String shown(String body) {
        return body.length() < 300 ? body : body.substring(0, 300) + "...";
    }
}
