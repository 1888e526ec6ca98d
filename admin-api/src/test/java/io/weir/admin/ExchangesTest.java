package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExchangesTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String path = "/resellers/" + api.reseller(null);

    @Test
    void aRequestIdOfTheCallersIsKeptIfItIsOne() {
        running.api()
                .get()
                .uri("/api/v1" + path)
                .header("x-request-id", "trace-7")
                .exchange()
                .expectHeader()
                .valueEquals("x-request-id", "trace-7");
        running.api()
                .get()
                .uri("/api/v1" + path)
                .header("x-request-id", "<script>")
                .exchange()
                .expectHeader()
                .value("x-request-id", id -> assertThat(id).hasSize(36));
    }

    @Test
    void anAnswerIsNeverNotModifiedForItsUsageMovesOn() {
        running.api()
                .get()
                .uri("/api/v1" + path)
                .header("If-None-Match", "\"1\"")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("ETag", "\"1\"")
                .expectHeader()
                .valueEquals("Cache-Control", "no-store");
    }

    @Test
    void aChangeThatAnotherHoldsUpTooLongIsToBeTriedAgain() throws Exception {
        var url = running.server.url();
        try (var other = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE weir.configuration SET version = version");

            api.patch(path, Map.of("name", "Changed"))
                    .expectStatus()
                    .isEqualTo(503)
                    .expectBody()
                    .jsonPath("$.type")
                    .isEqualTo("urn:weir:problem:unavailable");
            other.rollback();
        }
        api.get(path).expectBody().jsonPath("$.name").isEqualTo("Reseller");
        api.patch(path, Map.of("name", "Changed")).expectStatus().isOk();
    }
}
