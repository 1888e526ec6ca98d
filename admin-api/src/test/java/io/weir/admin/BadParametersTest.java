package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/// Everything that can be wrong beside the body: ids, query parameters and conditions.
class BadParametersTest {

    static final Running running = Running.shared();
    static final Description description = Description.of(running.anonymous());

    /// For all tests, as all is refused.
    static final Fixture fixture = Fixture.of(running);

    final Api api = new Api(running.api());

    static Stream<Operation> operations() {
        return description.operations().stream().filter(operation -> !operation.isOpen());
    }

    static Stream<Operation> onOne() {
        return operations().filter(operation -> operation.path().contains("{id}"));
    }

    static Stream<Operation> conditional() {
        return operations().filter(Operation::isConditional);
    }

    static Stream<Operation> lists() {
        return operations().filter(Operation::takesPages);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aParameterThatIsUnknownIsRefused(Operation operation) {
        List<String> before = Stored.versions(running);

        refused(ask(operation, fixture.path(operation) + "?surplus=1", "*"), "?surplus");

        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("onOne")
    void anIdThatIsNoneFindsNothing(Operation operation) {
        List<String> before = Stored.versions(running);
        String unknown = UUID.randomUUID().toString();

        for (String id :
                List.of(
                        "x",
                        "0",
                        "-1",
                        "null",
                        "%00",
                        "%F0%9F%A4%96",
                        "'%20OR%201=1--",
                        unknown,
                        "rsl_",
                        "rsl_" + unknown,
                        "cli_" + unknown,
                        "key_" + unknown,
                        "grp_" + unknown,
                        "rul_" + unknown,
                        "tok_" + unknown,
                        "nod_" + unknown,
                        "ffe_" + unknown,
                        "RSL_" + unknown,
                        "a".repeat(2000))) {
            String path =
                    operation
                            .path()
                            .substring("/api/v1".length())
                            .replace("{id}", id)
                            .replace("{email}", Fixture.EMAIL)
                            .replace("{uuid}", Fixture.spare(operation));
            ask(operation, path, "*")
                    .expectStatus()
                    .isNotFound()
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        }
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("conditional")
    void aChangeSaysWhatItHasSeen(Operation operation) {
        List<String> before = Stored.versions(running);

        ask(operation, fixture.path(operation), "").expectStatus().isEqualTo(428);
        for (String tag : List.of("x", "\"999\"", "W/\"1\"", "\"\"", "\"1", "1,2", "\"-1\"")) {
            ask(operation, fixture.path(operation), tag)
                    .expectStatus()
                    .isEqualTo(412)
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        }
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aPageIsAskedForAsItCanBeGiven(Operation operation) {
        String path = fixture.path(operation);
        for (String limit :
                List.of("0", "-1", "201", "1" + "0".repeat(30), "x", "1.5", "", "+1", "٣")) {
            refused(ask(operation, path + "?limit=" + encoded(limit), ""), "?limit");
        }
        for (String cursor : List.of("x", "", "AAAA", "\u0000", "'", "A".repeat(300))) {
            refused(ask(operation, path + "?cursor=" + encoded(cursor), ""), "?cursor");
        }
        for (String status : List.of("x", "", "ACTIVE", "active,revoked")) {
            refused(ask(operation, path + "?status=" + encoded(status), ""), "?status");
        }
        for (String text : List.of("", " ", "\u0000", "x".repeat(201))) {
            refused(ask(operation, path + "?q=" + encoded(text), ""), "?q");
        }
        refused(ask(operation, path + "?limit=1&limit=2", ""), "?limit");
    }

    @ParameterizedTest
    @CsvSource({
        "from, yesterday",
        "from, 2026-01-01",
        "from, 2026-02-30T00:00:00Z",
        "from, 0001-01-01T00:00:00Z",
        "from, +999999999-01-01T00:00:00Z",
        "from, 1000000000000000000000000000000",
        "to, 2026-01-01T25:00:00Z",
        "to, ''",
        "to, 2026-01-01T00:00:00",
        "granularity, second",
        "granularity, ''",
        "group_by, reseller",
        "group_by, 'key,'",
        "group_by, 'key;drop'",
        "subject, x",
        "subject, key_x",
        "subject, ''"
    })
    void usageIsAskedForInTermsItKnows(String name, String value) {
        refused(
                running.api().get().uri(URI.create(usage(name + "=" + encoded(value)))).exchange(),
                "?" + name);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T00:00:00Z, 2026-01-01T00:00:00Z, hour",
        "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, hour",
        "2026-01-01T00:00:00Z, 2026-01-03T00:00:01Z, minute",
        "2026-01-01T00:00:00Z, 2026-03-05T00:00:00Z, hour",
        "1970-01-01T00:00:00Z, 9999-01-01T00:00:00Z, day"
    })
    void usageIsAskedForOverATimeThatCanBeTold(String from, String to, String granularity) {
        String query = "from=%s&to=%s&granularity=%s".formatted(from, to, granularity);

        refused(running.api().get().uri(URI.create(usage(query))).exchange(), "?from");
    }

    @Test
    void whatIsNotThereIsAProblemToo() {
        for (String path : List.of("/nothing", "/resellers/", "/resellers/x/y", "/keys")) {
            api.get(path)
                    .expectStatus()
                    .isNotFound()
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        }
        api.delete("/usage")
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    private ResponseSpec ask(Operation operation, String path, String ifMatch) {
        var request =
                running.api().method(operation.method()).uri(URI.create(base() + "/api/v1" + path));
        if (!ifMatch.isEmpty()) {
            request.header("If-Match", ifMatch);
        }
        if (Api.mayMoveMoney(operation.method(), path)) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        return operation.details().has("requestBody")
                ? request.contentType(description.kind(operation))
                        .bodyValue(description.valid(operation))
                        .exchange()
                : request.exchange();
    }

    private static void refused(ResponseSpec answer, String pointer) {
        answer.expectStatus()
                .isEqualTo(422)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo(pointer);
    }

    private static String usage(String query) {
        return base() + "/api/v1/usage?" + query;
    }

    private static String base() {
        return "http://127.0.0.1:"
                + running.application.getEnvironment().getProperty("local.server.port");
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
