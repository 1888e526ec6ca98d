package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.subject.Secret;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A caller's key ends at the gateway: neither the upstream nor any log ever sees it.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecretsIT {

    static Cluster cluster;
    static Load load;
    static ApiKey key;

    @BeforeAll
    static void start() {
        cluster = Cluster.shared();
        load = new Load(16);
        Admin admin = cluster.admin();
        key = admin.key(admin.client(admin.reseller(1_000_000), 100_000), Admin.UNLIMITED);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.assertNoKeyInLogs();
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer ",
        "authorization, bearer ",
        "x-api-key,''",
        "X-Goog-Api-Key,''"
    })
    void theUpstreamGetsTheOperatorsCredentialInsteadOfTheKey(String header, String scheme) {
        String path = "/" + header + scheme.length();
        String value = scheme.isEmpty() ? key.secret() : scheme.strip() + " " + key.secret();
        var tally = load.send(20, new Call(demo(path), Map.of(header, value)));

        assertThat(tally.outcomes()).isEqualTo(Map.of("200", 20L));
        assertThat(cluster.upstream().at(path).first())
                .hasSize(20)
                .allSatisfy(
                        request ->
                                assertThat(request)
                                        .doesNotContain(key.secret())
                                        .contains(Cluster.UPSTREAM_CREDENTIAL));
    }

    @Test
    void aKeyInEveryHeaderAtOnceIsTakenOutOfAll() {
        var headers =
                Map.of(
                        "Authorization", "Bearer " + key.secret(),
                        "x-api-key", key.secret(),
                        "x-goog-api-key", key.secret());
        Answer answer = load.send(new Call(demo("/everywhere"), headers));

        assertThat(answer.body()).doesNotContain(key.secret());
        assertThat(cluster.upstream().at("/everywhere").first())
                .allSatisfy(request -> assertThat(request).doesNotContain(key.secret()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer nonsense",
                "Basic dXNlcjpwYXNz",
                "Bearer weir_sk_x"
            })
    void aMalformedKeyIsUnauthorized(String authorization) {
        assertUnauthorized(new Call(demo("/closed"), Map.of("Authorization", authorization)));
    }

    @Test
    void aMissingKeyIsUnauthorized() {
        assertUnauthorized(new Call(demo("/closed"), Map.of()));
    }

    @Test
    void anUnknownKeyIsUnauthorized() {
        var unknown = Secret.generate(Secret.Kind.KEY, new SecureRandom()).reveal();

        assertUnauthorized(Call.bearer(demo("/closed"), unknown));
        assertThat(cluster.logs()).doesNotContain(unknown);
    }

    @Test
    void theOperatorsTokenOpensNothingAtTheGateway() {
        var token = Secret.generate(Secret.Kind.TOKEN, new SecureRandom()).reveal();

        assertUnauthorized(Call.bearer(demo("/closed"), token));
    }

    /// What goes wrong is logged, so something has to go wrong.
    @ParameterizedTest
    @ValueSource(strings = {"reset", "cut", "status=500"})
    void failuresDoNotRepeatTheKey(String how) {
        load.send(10, Call.bearer(demo("/fails?" + how), key.secret()));

        assertThat(cluster.logs()).doesNotContain(key.secret());
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void noSecretIsInAnyLogOrAtTheUpstream() {
        var leaked = cluster.secretsInLogs(key.secret());

        Figure.print(
                "secrets: %d in %d bytes of logs, %d requests with a key at the upstream"
                        .formatted(
                                leaked.size(),
                                cluster.logs().length(),
                                cluster.upstream().withAKey()));
        assertThat(leaked).isEmpty();
        assertThat(cluster.upstream().withAKey()).isZero();
    }

    private static void assertUnauthorized(Call call) {
        Answer answer = load.send(call);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate").orElseThrow()).startsWith("Bearer");
        assertThat(answer.header("Retry-After")).isEmpty();
        assertThat(answer.header("RateLimit")).isEmpty();
        assertThat(answer.json().get("type").asString()).isEqualTo("urn:weir:problem:invalid-key");
        assertThat(cluster.upstream().at("/closed").count()).isZero();
    }

    private static String demo(String path) {
        return cluster.gateway(0).demo(path);
    }
}
