package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Description.Operation;
import io.weir.quota.postgres.EmbeddedPostgreSql;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.MediaType;

class AccessTest {

    private static final Pattern SHOWN =
            Pattern.compile("Operator token, shown only now: (weir_at_\\w+)");

    static final Running running = Running.shared();

    static Stream<Operation> operations() {
        return Description.of(running.anonymous()).operations().stream()
                .filter(operation -> !operation.isOpen());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void nobodyGetsPastWithoutAToken(Operation operation) {
        String stranger = Secret.generate(Secret.Kind.TOKEN, new SecureRandom()).reveal();
        List<String> before = Stored.versions(running);

        for (String authorization :
                List.of(
                        "",
                        "Bearer",
                        "Bearer ",
                        "Bearer x",
                        "Bearer " + stranger,
                        "Bearer " + Running.TOKEN + "x",
                        "Bearer " + Running.TOKEN.toLowerCase(java.util.Locale.ROOT),
                        "Basic " + Running.TOKEN,
                        Running.TOKEN)) {
            running.anonymous()
                    .method(operation.method())
                    .uri(operation.path(), "x", "x")
                    .header("Authorization", authorization)
                    .exchange()
                    .expectStatus()
                    .isUnauthorized()
                    .expectHeader()
                    .valueEquals("WWW-Authenticate", "Bearer")
                    .expectHeader()
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .expectBody()
                    .jsonPath("$.type")
                    .isEqualTo("urn:weir:problem:invalid-token");
        }
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void whatIsNotThereIsNotToldWithoutAToken() {
        for (String path :
                List.of("/", "/api/v1/nothing", "/v3/api-docs/x", "/v3/api-docsx", "/actuatorx")) {
            running.anonymous().get().uri(path).exchange().expectStatus().isUnauthorized();
        }
    }

    @Test
    void theManagementPortIsNotThePortOfTheApi() {
        running.anonymous()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isNotFound();
        running.management().get().uri("/actuator/prometheus").exchange().expectStatus().isOk();
        running.management().get().uri("/actuator/env").exchange().expectStatus().isNotFound();
        running.management()
                .get()
                .uri("/api/v1/resellers")
                .exchange()
                .expectStatus()
                .is4xxClientError();
    }

    @Test
    void theSchemeIsReadInAnyCaseAndTheTokenIsNot() {
        running.anonymous()
                .get()
                .uri("/api/v1/resellers")
                .header("Authorization", "bearer  " + Running.TOKEN)
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void aTokenThatIsRevokedOrExpiredOpensNothingAndAResellersNotAll() {
        String reseller = new Api(running.api()).reseller(null).substring(4);
        assertThat(status("revoked_at", "now()", "operator", "NULL")).isEqualTo(401);
        assertThat(status("expires_at", "now() - interval '1 s'", "operator", "NULL"))
                .isEqualTo(401);
        assertThat(status("expires_at", "now() + interval '1 h'", "operator", "NULL"))
                .isEqualTo(200);
        assertThat(status("expires_at", "NULL", "reseller", "'" + reseller + "'")).isEqualTo(403);
    }

    @Test
    void anOperatorTokenIsMadeUpAtTheFirstStartAndShownThenOnly() {
        EmbeddedPostgreSql server = Running.server();
        try (server;
                var first = Running.recorded(server, Map.of());
                var second = Running.recorded(server, Map.of())) {
            var shown = SHOWN.matcher(first.printed());
            assertThat(shown.find()).isTrue();
            String token = shown.group(1);

            assertThat(second.printed()).doesNotContain("weir_at_");
            assertThat(second.running().rows("SELECT encode(hash, 'hex') FROM weir.token"))
                    .containsExactly(hash(token));
            assertThat(Stored.everything(second.running())).noneMatch(row -> row.contains(token));
            second.running()
                    .anonymous()
                    .get()
                    .uri("/api/v1/resellers")
                    .header("Authorization", "Bearer " + token)
                    .exchange()
                    .expectStatus()
                    .isOk();
        }
    }

    /// How the API answers the bearer of a token with this in its row.
    private static int status(String column, String value, String role, String reseller) {
        Secret token = Secret.generate(Secret.Kind.TOKEN, new SecureRandom());
        running.rows(
                """
                INSERT INTO weir.token (id, name, scopes, hash, prefix, role, reseller_id, %s)
                VALUES (gen_random_uuid(), 'of a test', '{*}', '\\x%s', 'x', '%s', %s, %s)
                """
                        .formatted(column, hash(token.reveal()), role, reseller, value));
        return running.anonymous()
                .get()
                .uri("/api/v1/leases")
                .header("Authorization", "Bearer " + token.reveal())
                .exchange()
                .returnResult(Void.class)
                .getStatus()
                .value();
    }

    private static String hash(String token) {
        return HexFormat.of()
                .formatHex(
                        Pepper.of(Running.PEPPER)
                                .hash(Secret.parse(Secret.Kind.TOKEN, token).orElseThrow()));
    }
}
