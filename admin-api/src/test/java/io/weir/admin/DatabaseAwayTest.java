package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import io.weir.quota.postgres.EmbeddedPostgreSql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

class DatabaseAwayTest {

    private static final Duration PROMPT = Duration.ofSeconds(2);

    @Test
    void everyCallSaysSoPromptlyAndWorksAgainOnceItIsBack() throws Exception {
        Path data = Files.createTempDirectory("weir-admin-away");
        EmbeddedPostgreSql server = EmbeddedPostgreSql.start(data, 0, "owner");
        int port = server.url().port();
        try (var started =
                Running.recorded(server, Map.of("weir.access.admin-token", Running.TOKEN))) {
            Running running = started.running();
            var description = Description.of(running.anonymous());
            var api = new Api(running.api());
            Fixture fixture = Fixture.of(api);
            server.close();

            for (Operation operation : description.operations()) {
                if (!operation.isOpen()) {
                    saysSoPromptly(running, operation, description, fixture, "");
                    saysSoPromptly(running, operation, description, fixture, "some-key");
                }
            }
            running.management()
                    .get()
                    .uri("/actuator/health")
                    .exchange()
                    .expectStatus()
                    .isEqualTo(503);
            running.management()
                    .get()
                    .uri("/actuator/health/liveness")
                    .exchange()
                    .expectStatus()
                    .isOk();

            try (var again = EmbeddedPostgreSql.start(data, port, "owner")) {
                assertThat(again.url().port()).isEqualTo(port);
                api.get("/keys/" + fixture.key()).expectStatus().isOk();
                api.patch("/keys/" + fixture.key(), Map.of("label", "Back")).expectStatus().isOk();
                running.management().get().uri("/actuator/health").exchange().expectStatus().isOk();
            }
        }
    }

    private static void saysSoPromptly(
            Running running,
            Operation operation,
            Description description,
            Fixture fixture,
            String idempotencyKey) {
        long before = System.nanoTime();
        ask(running, operation, description, fixture, idempotencyKey)
                .expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectHeader()
                .valueEquals("Retry-After", "1")
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:unavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .as(operation.toString())
                .isLessThan(PROMPT);
    }

    private static ResponseSpec ask(
            Running running,
            Operation operation,
            Description description,
            Fixture fixture,
            String idempotencyKey) {
        var request =
                running.api()
                        .method(operation.method())
                        .uri("/api/v1" + fixture.path(operation))
                        .header("If-Match", "*");
        if (!idempotencyKey.isEmpty()) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return operation.details().has("requestBody")
                ? request.contentType(description.kind(operation))
                        .bodyValue(description.valid(operation))
                        .exchange()
                : request.exchange();
    }
}
