package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// Files of clients, as tests send them.
final class Imports {

    static final String HEADER = "name,email,monthly_quota,rate_limit\n";

    private static final Set<String> UNDER_WAY = Set.of("queued", "running");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Running running;

    Imports(Running running) {
        this.running = running;
    }

    ResponseSpec send(String reseller, String query, byte[] file) {
        return running.api()
                .post()
                .uri("/api/v1/resellers/" + reseller + "/client-imports" + query)
                .contentType(Api.FILE)
                .bodyValue(file)
                .exchange();
    }

    /// @param rows without the header
    ResponseSpec send(String reseller, String query, String rows) {
        return send(
                reseller, query, (HEADER + rows).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// What came of a file in the end.
    JsonNode outcome(String reseller, String query, String rows) {
        return outcome(location(send(reseller, query, rows)));
    }

    JsonNode outcome(String location) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        JsonNode state = state(location);
        while (UNDER_WAY.contains(state.get("status").stringValue()) && System.nanoTime() < end) {
            state = state(location);
        }
        return state;
    }

    /// Until none waits or runs.
    static void awaitAll(Running running) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!running.rows(
                        "SELECT id FROM weir.client_import WHERE status IN ('queued', 'running')")
                .isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    JsonNode state(String location) {
        return Api.json(running.api().get().uri(location).exchange().expectStatus().isOk());
    }

    /// `name email quota rate` of each client there is.
    List<String> stored(String reseller) {
        return running.rows(
                """
                SELECT concat_ws(' ', name, contact_email, monthly_quota, rate_limit)
                  FROM weir.client WHERE reseller_id = '%s' ORDER BY name COLLATE "C"
                """
                        .formatted(reseller.substring(4)));
    }

    static String location(ResponseSpec answer) {
        String location =
                answer.expectStatus()
                        .isAccepted()
                        .returnResult(Void.class)
                        .getResponseHeaders()
                        .getFirst("Location");
        assertThat(location).matches("/api/v1/client-imports/imp_.+");
        return Objects.requireNonNull(location);
    }

    /// status, processed, total, created, updated, unchanged, skipped
    static List<Object> summary(JsonNode state) {
        return List.of(
                state.get("status").stringValue(),
                state.get("processed").asLong(),
                state.get("total").asLong(),
                state.get("created").asLong(),
                state.get("updated").asLong(),
                state.get("unchanged").asLong(),
                state.get("skipped").asLong());
    }

    /// `line column: problem` of each error.
    static List<String> errors(JsonNode state) {
        return state.get("errors")
                .valueStream()
                .map(
                        error ->
                                "%d %s %s: %s"
                                        .formatted(
                                                error.get("line").asLong(),
                                                error.get("column").asString(""),
                                                error.get("value").asString(""),
                                                error.get("problem").stringValue()))
                .toList();
    }
}
