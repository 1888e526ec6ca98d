package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;

class KeysTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String client = Api.id(api.client(api.reseller(null), 1));

    @Test
    void theSecretIsShownOnceAndStandsNowhereElse() {
        var root = (Logger) LoggerFactory.getLogger("ROOT");
        var own = (Logger) LoggerFactory.getLogger("io.weir");
        var http = (Logger) LoggerFactory.getLogger("org.springframework");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        // Requests of other threads may still be writing lines while these are read.
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        root.addAppender(log);
        own.setLevel(Level.TRACE);
        http.setLevel(Level.DEBUG);
        try {
            var made = Api.json(api.key(client).expectStatus().isCreated());
            String secret = made.get("secret").stringValue();
            String key = made.get("id").stringValue();
            String unique = secret.substring(12, 42);

            assertThat(Secret.parse(Secret.Kind.KEY, secret)).isPresent();
            assertThat(made.get("prefix").stringValue()).isEqualTo(secret.substring(0, 12));
            for (String path : new String[] {"/keys/" + key, "/clients/" + client + "/keys"}) {
                assertThat(Api.json(api.get(path)).toString()).doesNotContain(unique);
            }
            assertThat(Api.json(api.patch("/keys/" + key, Map.of("label", "New"))).toString())
                    .doesNotContain(unique);
            assertThat(Api.json(api.post("/keys/" + key + "/revoke")).toString())
                    .doesNotContain(unique);
            assertThat(log.list)
                    .isNotEmpty()
                    .noneMatch(line -> line.getFormattedMessage().contains(unique));
            assertThat(Stored.everything(running)).noneMatch(row -> row.contains(unique));
            assertThat(running.rows("SELECT encode(hash, 'hex') FROM weir.credential"))
                    .contains(hash(secret));
        } finally {
            root.detachAppender(log);
            own.setLevel(null);
            http.setLevel(null);
        }
    }

    @Test
    void sixtyAMinuteAndFiveAtOnceUnlessStatedAndNullIsNone() {
        api.key(client)
                .expectBody()
                .jsonPath("$.requests_per_minute")
                .isEqualTo(60)
                .jsonPath("$.concurrent_requests")
                .isEqualTo(5)
                .jsonPath("$.expires_at")
                .isEmpty();
        Map<String, @Nullable Object> none = new LinkedHashMap<>();
        none.put("label", "Free");
        none.put("requests_per_minute", null);
        none.put("concurrent_requests", null);
        api.post("/clients/" + client + "/keys", none)
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.requests_per_minute")
                .isEmpty()
                .jsonPath("$.concurrent_requests")
                .isEmpty();
    }

    @Test
    void whatAKeyMayDoChangesAtAnyTime() {
        String key = Api.id(api.key(client));
        Map<String, @Nullable Object> edit = new LinkedHashMap<>();
        edit.put("requests_per_minute", 7);
        edit.put("concurrent_requests", null);

        api.patch("/keys/" + key, edit)
                .expectHeader()
                .valueEquals("ETag", "\"2\"")
                .expectBody()
                .jsonPath("$.requests_per_minute")
                .isEqualTo(7)
                .jsonPath("$.concurrent_requests")
                .isEmpty()
                .jsonPath("$.label")
                .isEqualTo("Key");
    }

    @Test
    void revokingIsFinal() {
        String key = Api.id(api.key(client));

        String first =
                Api.json(api.post("/keys/" + key + "/revoke")).get("revoked_at").stringValue();
        api.post("/keys/" + key + "/revoke")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("revoked")
                .jsonPath("$.revoked_at")
                .isEqualTo(first);
        api.patch("/keys/" + key, Map.of("label", "Still")).expectStatus().isOk();
        api.get("/keys/" + key).expectBody().jsonPath("$.status").isEqualTo("revoked");
    }

    @Test
    void aKeyMayExpire() {
        Instant end = Instant.now().plus(30, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        String key =
                Api.id(
                        api.post(
                                "/clients/" + client + "/keys",
                                Map.of("label", "Until", "expires_at", end.toString())));

        api.get("/keys/" + key).expectBody().jsonPath("$.expires_at").isEqualTo(end.toString());
        running.rows(
                "UPDATE weir.key SET expires_at = now() - interval '1 s' WHERE id = '%s'"
                        .formatted(key.substring(4)));
        api.get("/keys/" + key).expectBody().jsonPath("$.status").isEqualTo("expired");
        api.patch("/keys/" + key, Map.of("expires_at", "2020-01-01T00:00:00Z"))
                .expectStatus()
                .isEqualTo(422);
        Map<String, @Nullable Object> never = new LinkedHashMap<>();
        never.put("expires_at", null);
        api.patch("/keys/" + key, never).expectBody().jsonPath("$.status").isEqualTo("active");
    }

    @Test
    void deletingTakesTheCredentialAlong() {
        var made = Api.json(api.key(client));
        String key = made.get("id").stringValue();

        api.send(HttpMethod.DELETE, "/keys/" + key, "", "\"2\"").expectStatus().isEqualTo(412);
        api.send(HttpMethod.DELETE, "/keys/" + key, "", null).expectStatus().isEqualTo(428);
        api.send(HttpMethod.DELETE, "/keys/" + key, "", "\"1\"").expectStatus().isNoContent();

        api.get("/keys/" + key).expectStatus().isNotFound();
        assertThat(running.rows("SELECT encode(hash, 'hex') FROM weir.credential"))
                .doesNotContain(hash(made.get("secret").stringValue()));
    }

    @Test
    void aResellersOwnKeysAreListedApartFromItsClients() {
        String reseller = api.reseller(10L);
        String below = Api.id(api.client(reseller, 1));
        api.key(below).expectStatus().isCreated();
        String own = Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own")));

        api.get("/resellers/" + reseller + "/keys")
                .expectBody()
                .jsonPath("$.items.length()")
                .isEqualTo(1)
                .jsonPath("$.items[0].id")
                .isEqualTo(own)
                .jsonPath("$.items[0].client_id")
                .isEmpty();
    }

    private static String hash(String secret) {
        return HexFormat.of()
                .formatHex(
                        Pepper.of(Running.PEPPER)
                                .hash(Secret.parse(Secret.Kind.KEY, secret).orElseThrow()));
    }
}
