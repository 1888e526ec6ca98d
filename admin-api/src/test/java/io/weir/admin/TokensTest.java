package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.subject.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

class TokensTest {

    final Running running = Running.shared();
    final Api operator = new Api(running.api());
    final String reseller = operator.reseller(100L);

    @Test
    void aSecretIsShownOnceAndStoredOnlyAsAHash() {
        JsonNode made =
                Api.json(make(operator, "reseller", reseller, "*").expectStatus().isCreated());
        String secret = made.get("secret").stringValue();
        JsonNode seen = Api.json(operator.get("/tokens/" + made.get("id").stringValue()));

        assertThat(Secret.parse(Secret.Kind.TOKEN, secret)).isPresent();
        assertThat(seen.has("secret")).isFalse();
        assertThat(seen.toString()).doesNotContain(secret, "hash");
        assertThat(seen.get("prefix").stringValue()).isEqualTo(secret.substring(0, 12));
        assertThat(Stored.everything(running)).noneMatch(row -> row.contains(secret));
    }

    @Test
    void aResellersTokenSeesItsResellerAndNoOther() {
        Api api = as(reseller, "*");

        JsonNode resellers = Api.json(api.get("/resellers").expectStatus().isOk());
        assertThat(resellers.get("items")).hasSize(1);
        assertThat(resellers.at("/items/0/id").stringValue()).isEqualTo(reseller);
        api.client(reseller, 10).expectStatus().isCreated();
        assertThat(Api.json(api.get("/usage")).get("subject").stringValue()).isEqualTo(reseller);
        api.get("/prices").expectStatus().isOk();
        api.get("/leases").expectStatus().isForbidden();
        api.get("/resellers/" + operator.reseller(1L)).expectStatus().isNotFound();
    }

    @Test
    void aResellerSaysOfItselfWhatIsItsOwnToSay() {
        Api api = as(reseller, "*");

        api.patch("/resellers/" + reseller, Map.of("name", "New", "week_start", "sun"))
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.name")
                .isEqualTo("New")
                .jsonPath("$.monthly_quota")
                .isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({
        "monthly_quota, 200",
        "time_zone, '\"UTC+8\"'",
        "currency, '\"EUR\"'",
        "failure_mode, '\"open\"'"
    })
    void whatWasAgreedWithItIsAnOperatorsToSay(String field, String value) {
        Api api = as(reseller, "resellers:write");
        List<String> before = Stored.versions(running);

        api.patch("/resellers/" + reseller, "{\"%s\":%s}".formatted(field, value))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/" + field);
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void writingIncludesReading() {
        Api api = as(reseller, "clients:write");

        String client = Api.id(api.client(reseller, 1));
        api.get("/clients/" + client).expectStatus().isOk();
        api.get("/clients/" + client + "/keys").expectStatus().isForbidden();
    }

    @Test
    void nobodyGrantsMoreThanTheyHave() {
        Api api = as(reseller, "tokens:write", "clients:read");

        make(api, "reseller", null, "clients:read").expectStatus().isCreated();
        refused(make(api, "reseller", reseller, "clients:write"), "/scopes/0");
        refused(make(api, "reseller", reseller, "*"), "/scopes/0");
        refused(make(api, "operator", null, "clients:read"), "/role");
        make(api, "reseller", operator.reseller(1L), "clients:read").expectStatus().isNotFound();
    }

    @Test
    void aTokenIsAskedForAsItCanBe() {
        refused(make(operator, "operator", reseller, "*"), "/reseller_id");
        refused(make(operator, "reseller", null, "*"), "/reseller_id");
        refused(make(operator, "reseller", "rsl_" + UUID.randomUUID(), "*"), "/reseller_id");
        refused(make(operator, "reseller", reseller, "nothing:read"), "/scopes/0");
        refused(make(operator, "reseller", reseller, "*", "*"), "/scopes/1");
        refused(make(operator, "reseller", reseller), "/scopes");
    }

    @Test
    void whatIsRevokedOpensNothingAndIsGone() {
        JsonNode made = Api.json(make(operator, "reseller", reseller, "*"));
        Api api = new Api(running.as(made.get("secret").stringValue()));
        String path = "/tokens/" + made.get("id").stringValue();

        operator.send(HttpMethod.DELETE, path, "", null).expectStatus().isEqualTo(428);
        api.delete(path).expectStatus().isNoContent();

        api.get("/resellers").expectStatus().isUnauthorized();
        operator.get(path).expectStatus().isNotFound();
        operator.delete(path).expectStatus().isNotFound();
    }

    @Test
    void tokensOfAResellerThatIsDisabledOpenNothing() {
        Api api = as(reseller, "*");

        operator.post("/resellers/" + reseller + "/suspend").expectStatus().isOk();
        api.get("/resellers").expectStatus().isOk();
        operator.post("/resellers/" + reseller + "/disable").expectStatus().isOk();
        api.get("/resellers").expectStatus().isUnauthorized();
        refused(make(operator, "reseller", reseller, "*"), "/reseller_id");
    }

    @Test
    void aNameThatLooksLikeAnIdIsAName() {
        String other = operator.reseller(1L);

        as(reseller, "*")
                .patch("/resellers/" + reseller, Map.of("name", other))
                .expectStatus()
                .isOk();
    }

    private Api as(String whose, String... scopes) {
        var made = make(operator, "reseller", whose, scopes).expectStatus().isCreated();
        return new Api(running.as(Api.json(made).get("secret").stringValue()));
    }

    private static ResponseSpec make(
            Api by, String role, @Nullable String whose, String... scopes) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", "Token");
        body.put("role", role);
        body.put("reseller_id", whose);
        body.put("scopes", scopes);
        return by.post("/tokens", body);
    }

    private static void refused(ResponseSpec answer, String pointer) {
        var problem = Api.json(answer.expectStatus().isEqualTo(422));
        assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
    }
}
