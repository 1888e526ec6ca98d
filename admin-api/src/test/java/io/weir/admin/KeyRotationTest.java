package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

class KeyRotationTest {

    private static final Duration DAY = Duration.ofDays(1);

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String client = Api.id(api.client(reseller, 1));
    final JsonNode made = Api.json(api.key(client));
    final String key = made.get("id").stringValue();

    @Test
    void theNewSecretIsShownOnceAndTheOldOneIsRecognisedUntilItEnds() {
        Instant before = Instant.now();
        ResponseSpec answer = rotate(DAY.toSeconds());

        JsonNode rotated =
                Api.json(
                        answer.expectStatus()
                                .isCreated()
                                .expectHeader()
                                .valueEquals("ETag", "\"2\"")
                                .expectHeader()
                                .valueEquals("Location", "/api/v1/keys/" + key));
        String secret = rotated.get("secret").stringValue();
        JsonNode previous = rotated.get("previous_secret");
        assertThat(Secret.parse(Secret.Kind.KEY, secret)).isPresent();
        assertThat(rotated.get("id").stringValue()).isEqualTo(key);
        assertThat(rotated.get("prefix").stringValue()).isEqualTo(secret.substring(0, 12));
        assertThat(previous.get("prefix")).isEqualTo(made.get("prefix"));
        assertThat(previous.get("last_four")).isEqualTo(made.get("last_four"));
        assertThat(Instant.parse(previous.get("expires_at").stringValue()))
                .isBetween(before.plus(DAY).minusMillis(1), Instant.now().plus(DAY));
        assertThat(Api.json(api.get("/keys/" + key)).toString())
                .contains("previous_secret")
                .doesNotContain(secret.substring(12, 42));
    }

    @Test
    void bothAreStoredAsHashesUntilTheOldOneEnds() {
        String second = secret(rotate(DAY.toSeconds()));

        assertThat(hashes()).containsExactlyInAnyOrder(hash(first()), hash(second));
        running.rows(
                "UPDATE weir.credential SET expires_at = now() WHERE key_id = '%s' AND expires_at IS NOT NULL"
                        .formatted(key.substring(4)));
        api.get("/keys/" + key).expectBody().jsonPath("$.previous_secret").isEmpty();
    }

    @Test
    void rotatingAgainEndsTheOlderSecretAtOnce() {
        String second = secret(rotate(DAY.toSeconds()));
        String third = secret(rotate(60));

        assertThat(hashes()).containsExactlyInAnyOrder(hash(second), hash(third));
    }

    @Test
    void withoutAGraceTheOldSecretEndsAtOnce() {
        rotate(DAY.toSeconds());
        ResponseSpec answer = rotate(0);

        JsonNode rotated = Api.json(answer.expectStatus().isCreated());
        assertThat(rotated.get("previous_secret").isNull()).isTrue();
        assertThat(hashes()).containsExactly(hash(rotated.get("secret").stringValue()));
    }

    @Test
    void rotationsAtOnceLeaveTwoSecrets() {
        rotate(60).expectStatus().isCreated();
        List<String> secrets =
                Flux.range(0, 4)
                        .flatMap(
                                _ ->
                                        Mono.fromCallable(() -> secret(rotate(60)))
                                                .subscribeOn(Schedulers.boundedElastic()))
                        .collectList()
                        .blockOptional()
                        .orElseThrow();

        List<String> all = new ArrayList<>(secrets.stream().map(KeyRotationTest::hash).toList());
        assertThat(hashes()).hasSize(2).isSubsetOf(all);
        api.get("/keys/" + key).expectHeader().valueEquals("ETag", "\"6\"");
    }

    @Test
    void aKeyThatWorksNoMoreIsNotRotated() {
        api.post("/keys/" + key + "/revoke").expectStatus().isOk();
        refused("key-revoked");

        running.rows(
                "UPDATE weir.key SET revoked_at = NULL, expires_at = now() WHERE id = '%s'"
                        .formatted(key.substring(4)));
        refused("key-expired");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clients", "resellers"})
    void aKeyWhoseOwnerIsDisabledIsNotRotated(String owner) {
        String id = owner.equals("clients") ? client : reseller;
        api.post("/%s/%s/disable".formatted(owner, id)).expectStatus().isOk();

        refused("disabled");
    }

    @Test
    void aKeyThatIsSuspendedOrTheResellersOwnIsRotated() {
        api.post("/clients/" + client + "/suspend").expectStatus().isOk();
        rotate(0).expectStatus().isCreated();

        String own = Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own")));
        rotate(own, 0).expectStatus().isCreated();
    }

    @Test
    void aGraceLastsThirtyDaysAtMost() {
        rotate(Duration.ofDays(30).toSeconds()).expectStatus().isCreated();
        rotate(Duration.ofDays(30).toSeconds() + 1)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/grace_seconds");
    }

    @Test
    void whatEndedLongAgoIsSweptAwayBySomebodyElsesNewSecret() {
        rotate(60).expectStatus().isCreated();
        running.rows(
                "UPDATE weir.credential SET expires_at = now() - interval '25 h' WHERE key_id = '%s' AND expires_at IS NOT NULL"
                        .formatted(key.substring(4)));
        assertThat(hashes()).hasSize(2);

        api.key(client).expectStatus().isCreated();

        assertThat(hashes()).hasSize(1);
    }

    private ResponseSpec rotate(long grace) {
        return rotate(key, grace);
    }

    private ResponseSpec rotate(String id, long grace) {
        return api.post("/keys/" + id + "/rotate", Map.of("grace_seconds", grace));
    }

    private void refused(String problem) {
        List<String> before = hashes();
        rotate(60)
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:" + problem);
        assertThat(hashes()).isEqualTo(before);
    }

    private String first() {
        return made.get("secret").stringValue();
    }

    private static String secret(ResponseSpec answer) {
        return Api.json(answer.expectStatus().isCreated()).get("secret").stringValue();
    }

    private List<String> hashes() {
        return running.rows(
                "SELECT encode(hash, 'hex') FROM weir.credential WHERE key_id = '%s'"
                        .formatted(key.substring(4)));
    }

    private static String hash(String secret) {
        return HexFormat.of()
                .formatHex(
                        Pepper.of(Running.PEPPER)
                                .hash(Secret.parse(Secret.Kind.KEY, secret).orElseThrow()));
    }
}
