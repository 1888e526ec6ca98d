package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// The addresses of the people who share a key.
class KeyEmailsTest {

    static final Running running = Running.shared();

    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String client = Api.id(api.client(reseller, 1));
    final String key = Api.id(api.key(client));

    @Test
    void severalAddressesShareAKey() {
        var bound = bind(key, "Ana@example.com");

        bound.expectStatus().isCreated();
        bound.expectHeader().location("/api/v1/keys/%s/emails/Ana%%40example.com".formatted(key));
        JsonNode ana = Api.json(bound);
        assertThat(ana.get("id").stringValue()).startsWith("eml_");
        assertThat(ana.get("key_id").stringValue()).isEqualTo(key);
        assertThat(ana.get("client_id").stringValue()).isEqualTo(client);
        assertThat(ana.get("reseller_id").stringValue()).isEqualTo(reseller);
        bind(key, "ben@example.com").expectStatus().isCreated();

        assertThat(addresses(key)).containsExactly("Ana@example.com", "ben@example.com");
    }

    @Test
    void anAddressIsBoundToAKeyOnceInWhateverCase() {
        bind(key, "ana@example.com").expectStatus().isCreated();

        Api.refused(bind(key, "ANA@Example.com"), 409, "email-bound");
        String another = Api.id(api.key(client));
        bind(another, "ana@example.com").expectStatus().isCreated();

        assertThat(addresses(key)).containsExactly("ana@example.com");
    }

    @Test
    void aKeyHasAHundredAddressesAtMostHoweverManyAreBoundAtOnce() {
        running.rows(
                """
                INSERT INTO weir.key_email (id, reseller_id, key_id, email)
                SELECT gen_random_uuid(), '%s', '%s', n || '@example.com' FROM generate_series(1, 98) n
                """
                        .formatted(reseller.substring(4), key.substring(4)));

        List<Integer> statuses =
                IntStream.range(0, 10)
                        .parallel()
                        .mapToObj(n -> Api.result(bind(key, "more%d@example.com".formatted(n))))
                        .map(answer -> answer.getStatus().value())
                        .toList();

        assertThat(statuses).filteredOn(status -> status == 201).hasSize(2);
        Api.refused(bind(key, "last@example.com"), 409, "too-many-emails");
        assertThat(running.rows("SELECT count(*)::text FROM weir.key_email WHERE " + ofKey()))
                .containsExactly("100");
    }

    @Test
    void anAddressIsTakenOffInWhateverCase() {
        bind(key, "ana@example.com");
        bind(key, "ben@example.com");

        unbind("ANA@example.com").expectStatus().isNoContent();

        assertThat(addresses(key)).containsExactly("ben@example.com");
        Api.refused(unbind("ana@example.com"), 404, "not-found");
    }

    @Test
    void itIsTakenOffWhereItsLocationSays() {
        String odd = "a/b?c#d%25+e@example.com";
        URI location =
                Api.result(bind(key, odd).expectStatus().isCreated())
                        .getResponseHeaders()
                        .getLocation();
        assertThat(addresses(key)).containsExactly(odd);

        running.api()
                .delete()
                .uri(URI.create(base() + location))
                .exchange()
                .expectStatus()
                .isNoContent();
        assertThat(addresses(key)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "x", "%F0%9F%A4%96", "'%20OR%201=1--", "a%ED%A0%80@example.com"})
    void whatIsNoAddressIsNotBound(String segment) {
        running.api()
                .delete()
                .uri(URI.create(base() + "/api/v1/keys/%s/emails/%s".formatted(key, segment)))
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void keysAreFoundByAnAddress() {
        String other = Api.id(api.key(client));
        String own =
                Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Its own")));
        bind(key, "ana@example.com");
        bind(own, "ana@example.com");
        bind(other, "ben@example.com");

        assertThat(found("/clients/" + client, "ANA@example.com")).containsExactly(key);
        assertThat(found("/resellers/" + reseller, "ana@example.com")).containsExactly(own);
        assertThat(found("/clients/" + client, "nobody@example.com")).isEmpty();
    }

    @Test
    void anAnswerThatWasLostIsGivenAgain() {
        String body = "{\"email\": \"ana@example.com\"}";
        var first = Api.result(api.once("/keys/" + key + "/emails", "\"one\"", body));
        var second = Api.result(api.once("/keys/" + key + "/emails", "\"one\"", body));

        Api.assertSame(first, second);
        assertThat(addresses(key)).hasSize(1);
    }

    @Test
    void withTheKeyItsAddressesGo() {
        bind(key, "ana@example.com");

        api.delete("/keys/" + key).expectStatus().isNoContent();

        assertThat(running.rows("SELECT id::text FROM weir.key_email WHERE " + ofKey())).isEmpty();
    }

    @Test
    void whoChangedThemIsInTheAuditLog() {
        bind(key, "ana@example.com");
        unbind("ana@example.com");

        JsonNode entries = Api.json(api.get("/audit-log?subject=" + key)).get("items");

        assertThat(entries.get(0).get("action").stringValue()).isEqualTo("unbind");
        assertThat(entries.get(1).get("action").stringValue()).isEqualTo("bind");
        assertThat(entries.get(1).get("changes").toString()).contains("ana@example.com");
    }

    private ResponseSpec bind(String to, String email) {
        return api.post("/keys/" + to + "/emails", Map.of("email", email));
    }

    private ResponseSpec unbind(String email) {
        return running.api()
                .delete()
                .uri("/api/v1/keys/{id}/emails/{email}", key, email)
                .exchange();
    }

    private List<String> addresses(String of) {
        return Api.json(api.get("/keys/" + of + "/emails").expectStatus().isOk())
                .get("items")
                .valueStream()
                .map(item -> item.get("email").stringValue())
                .toList();
    }

    private List<String> found(String owner, String email) {
        return Api.json(api.get(owner + "/keys?email=" + email).expectStatus().isOk())
                .get("items")
                .valueStream()
                .map(item -> item.get("id").stringValue())
                .toList();
    }

    private String ofKey() {
        return "key_id = '%s'".formatted(key.substring(4));
    }

    private static String base() {
        return "http://127.0.0.1:"
                + running.application.getEnvironment().getProperty("local.server.port");
    }
}
