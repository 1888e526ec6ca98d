package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import java.sql.DriverManager;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/// One key, one effect.
class IdempotencyTest {

    static final Running running = Running.shared();
    static final Description description = Description.of(running.anonymous());

    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String clients = "/resellers/" + reseller + "/clients";
    final String key = UUID.randomUUID().toString();
    final String start = running.rows("SELECT now()").getFirst();

    /// Of callers who are known: keys are theirs. What a payment provider tells twice has one
    /// effect by what it is about.
    static Stream<Operation> posts() {
        return description.operations().stream()
                .filter(operation -> !operation.isOpen())
                .filter(operation -> operation.method().equals(HttpMethod.POST));
    }

    @ParameterizedTest
    @MethodSource("posts")
    void whatIsPostedAgainIsAnsweredAgainAndChangesNothing(Operation operation) {
        assertThat(operation.details().path("parameters").toString()).contains("/IdempotencyKey");
        String path = Fixture.of(running).path(operation);
        boolean hasBody = operation.details().has("requestBody");
        MediaType type = hasBody ? description.kind(operation) : MediaType.APPLICATION_JSON;
        String body = hasBody ? description.valid(operation) : "";
        var first = Api.result(api.once(path, key, type, body));
        if (!first.getStatus().is2xxSuccessful()) {
            assertThat(first.getStatus().value()).as(operation.toString()).isIn(404, 409);
            return;
        }
        List<String> before = Stored.versions(running);

        var second = Api.result(api.once(path, key, type, body));

        Api.assertSame(first, second);
        assertThat(first.getResponseHeaders().containsHeader("Idempotency-Replayed")).isFalse();
        assertThat(second.getResponseHeaders().getFirst("Idempotency-Replayed")).isEqualTo("true");
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void anotherPayloadUnderTheSameKeyIsRefused() {
        var first = Api.result(api.once(clients, key, client("Acme")));

        api.once(clients, key, client("Other"))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("Idempotency-Key");
        api.once(clients + "?a=1", key, client("Acme")).expectStatus().isEqualTo(422);

        assertThat(names()).containsExactly("Acme");
        Api.assertSame(first, Api.result(api.once(clients, key, client("Acme"))));
    }

    @Test
    void theSameKeyOnAnotherPathIsAnother() {
        String other = "/resellers/" + api.reseller(null) + "/clients";

        String one = Api.id(api.once(clients, key, client("Acme")));
        String two = Api.id(api.once(other, key, client("Acme")));

        assertThat(one).isNotEqualTo(two);
    }

    @Test
    void whatWasRefusedIsNotKept() {
        api.once(clients, key, "{}").expectStatus().isEqualTo(422);
        assertThat(stored()).isEqualTo(0);

        api.once(clients, key, client("Acme")).expectStatus().isCreated();
        api.once(clients, key, client("Acme")).expectStatus().isCreated();

        assertThat(names()).containsExactly("Acme");
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void aKeyWhoseRequestIsStillRunningIsInUse() throws Exception {
        var url = running.server.url();
        CompletableFuture<EntityExchangeResult<byte[]>> first;
        try (var other = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE weir.configuration SET version = version");
            first =
                    CompletableFuture.supplyAsync(
                            () -> Api.result(api.once(clients, key, client("Acme"))));
            waitFor("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'");

            Api.refused(api.once(clients, key, client("Acme")), 409, "idempotency-key-in-use");
            other.rollback();
        }
        assertThat(first.join().getStatus().value()).isEqualTo(201);
        Api.assertSame(first.join(), Api.result(api.once(clients, key, client("Acme"))));
    }

    @Test
    void aRequestThatDiesMidwayLeavesNothingAndIsDoneWhenSentAgain() throws Exception {
        var url = running.server.url();
        CompletableFuture<EntityExchangeResult<byte[]>> first;
        try (var other = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE weir.configuration SET version = version");
            first =
                    CompletableFuture.supplyAsync(
                            () -> Api.result(api.once(clients, key, client("Acme"))));
            waitFor("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'");
            running.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
            assertThat(first.join().getStatus().value()).isEqualTo(503);
            assertThat(first.join().getResponseHeaders().getLocation()).isNull();
            other.rollback();
        }
        assertThat(names()).isEmpty();
        assertThat(stored()).isEqualTo(0);

        var second = Api.result(api.once(clients, key, client("Acme")));

        assertThat(second.getStatus().value()).isEqualTo(201);
        assertThat(second.getResponseHeaders().containsHeader("Idempotency-Replayed")).isFalse();
        assertThat(names()).containsExactly("Acme");
    }

    @Test
    void aKeysSecretIsShownAgainAndStandsNowhere() {
        String path = "/resellers/" + reseller + "/keys";
        var first = Api.result(api.once(path, key, "{\"label\":\"Key\"}"));
        var second = Api.result(api.once(path, key, "{\"label\":\"Key\"}"));

        String secret = Api.json(first).get("secret").stringValue();
        Api.assertSame(first, second);
        assertThat(Stored.everything(running))
                .noneMatch(row -> row.contains(secret) || row.contains(hex(secret)));
        assertThat(Stored.everything(running))
                .noneMatch(row -> row.contains(key) || row.contains(hex(key)));
    }

    @Test
    void afterADayAKeyIsNewAndOldAnswersGoBitByBit() {
        running.rows("DELETE FROM weir.idempotency_answer");
        api.once(clients, key, client("Acme")).expectStatus().isCreated();
        running.rows(
                "UPDATE weir.idempotency_answer SET created_at = now() - interval '23 h 59 min'");
        api.once(clients, key, client("Acme")).expectStatus().isCreated();
        running.rows("UPDATE weir.idempotency_answer SET created_at = now() - interval '24 h'");
        running.rows(
                """
                INSERT INTO weir.idempotency_answer (id, sealed, created_at)
                SELECT sha256(i::text::bytea), '', now() - interval '25 h' FROM generate_series(1, 50) i
                """);

        Api.refused(api.once(clients, key, client("Acme")), 409, "name-taken");
        api.once(clients, key, client("Other")).expectStatus().isCreated();

        assertThat(names()).containsExactly("Acme", "Other");
        assertThat(aged()).isLessThanOrEqualTo(50);
        assertThat(aged()).isGreaterThanOrEqualTo(30);
        api.once(clients, "next" + key, client("Third")).expectStatus().isCreated();
        api.once(clients, "last" + key, client("Fourth")).expectStatus().isCreated();
        assertThat(aged()).isEqualTo(0);
    }

    private static String client(String name) {
        return "{\"name\":\"%s\",\"contact_email\":\"a@example.com\",\"monthly_quota\":1}"
                .formatted(name);
    }

    private static void waitFor(String sql) {
        long end = System.nanoTime() + 5_000_000_000L;
        while (running.rows(sql).isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    private static String hex(String text) {
        return java.util.HexFormat.of()
                .formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private List<String> names() {
        return running.rows(
                "SELECT name FROM weir.client WHERE reseller_id = '%s' ORDER BY id"
                        .formatted(reseller.substring(4)));
    }

    private int stored() {
        return count("SELECT id FROM weir.idempotency_answer WHERE created_at > '" + start + "'");
    }

    private static int aged() {
        return count(
                "SELECT id FROM weir.idempotency_answer WHERE created_at <= now() - interval '24 h'");
    }

    private static int count(String sql) {
        return running.rows(sql).size();
    }
}
