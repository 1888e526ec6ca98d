package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;

/// What is taken for an `Idempotency-Key`, and where.
class IdempotencyKeyTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String clients = "/resellers/" + reseller + "/clients";
    final String key = UUID.randomUUID().toString();

    @Test
    void aKeyIsTheSameInQuotesAndWithout() {
        var first = Api.result(api.once(clients, key, client("Acme")));

        Api.assertSame(first, Api.result(api.once(clients, '"' + key + '"', client("Acme"))));
        Api.assertSame(first, Api.result(api.once(clients, '"' + key + "\";v=1", client("Acme"))));
        assertThat(names()).containsExactly("Acme");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"open",
                "\"a\" b",
                "a b",
                "a,b",
                "\"a\", \"b\"",
                "\"\\x\"",
                "\"é\""
            })
    void whatIsNoKeyIsRefusedByName(String malformed) {
        Api.refused(api.once(clients, malformed, client("Acme")), 400, "idempotency-key-malformed");
        Api.refused(
                api.once(clients, "k".repeat(256), client("Acme")),
                400,
                "idempotency-key-malformed");

        assertThat(names()).isEmpty();
        api.once(clients, "k".repeat(255), client("Acme")).expectStatus().isCreated();
    }

    @Test
    void twoKeysInOneRequestAreRefused() {
        running.api()
                .post()
                .uri("/api/v1" + clients)
                .header("Idempotency-Key", "one", "two")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(client("Acme"))
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void elsewhereTheHeaderIsIgnored() {
        String path = "/resellers/" + reseller;
        for (String name : List.of("One", "Two")) {
            running.api()
                    .patch()
                    .uri("/api/v1" + path)
                    .header("Idempotency-Key", "\"")
                    .header("If-Match", "*")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue(Map.of("name", name))
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.name")
                    .isEqualTo(name);
        }
    }

    private static String client(String name) {
        return "{\"name\":\"%s\",\"contact_email\":\"a@example.com\",\"monthly_quota\":1}"
                .formatted(name);
    }

    private List<String> names() {
        return running.rows(
                "SELECT name FROM weir.client WHERE reseller_id = '%s' ORDER BY id"
                        .formatted(reseller.substring(4)));
    }
}
