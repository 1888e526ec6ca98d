package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

class ResellersTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());

    @Test
    void aResellerIsWhatWasAskedForAndTheUsualElsewhere() {
        create(Map.of())
                .expectStatus()
                .isCreated()
                .expectHeader()
                .valueEquals("ETag", "\"1\"")
                .expectHeader()
                .valueMatches("Location", "/api/v1/resellers/rsl_.+")
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("active")
                .jsonPath("$.time_zone")
                .isEqualTo("UTC")
                .jsonPath("$.currency")
                .isEqualTo("USD")
                .jsonPath("$.own_remaining")
                .isEqualTo(1000)
                .jsonPath("$.quota.used")
                .isEqualTo(0)
                .jsonPath("$.referred_by")
                .isEmpty();
    }

    @Test
    void onePortionMoreThanIsLeftIsRefusedAndTheLastOneIsNot() {
        String reseller = api.reseller(999_999L);
        api.client(reseller, 200_000).expectStatus().isCreated();
        api.client(reseller, 100_000).expectStatus().isCreated();
        api.client(reseller, 50_000).expectStatus().isCreated();

        api.client(reseller, 650_000)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].detail")
                .isEqualTo("649999 of the reseller's plan are available, not 650000.");
        api.client(reseller, 649_999).expectStatus().isCreated();
        api.get("/resellers/" + reseller).expectBody().jsonPath("$.own_remaining").isEqualTo(0);
    }

    @Test
    void anUnlimitedPlanHasNoRestAndTakesAnyPortion() {
        String reseller = api.reseller(null);
        api.client(reseller, 1_000_000_000_000_000L).expectStatus().isCreated();
        api.client(reseller, 1_000_000_000_000_000L).expectStatus().isCreated();

        api.get("/resellers/" + reseller)
                .expectBody()
                .jsonPath("$.own_remaining")
                .isEmpty()
                .jsonPath("$.quota.remaining")
                .isEmpty();
        api.patch("/resellers/" + reseller, Map.of("monthly_quota", 5))
                .expectStatus()
                .isEqualTo(422);
    }

    @Test
    void aPatchLeavesWhatItDoesNotName() {
        String reseller = Api.id(create(Map.of("time_zone", "Asia/Tokyo", "currency", "EUR")));
        Map<String, @Nullable Object> unlimited = new LinkedHashMap<>();
        unlimited.put("monthly_quota", null);

        api.patch("/resellers/" + reseller, unlimited)
                .expectHeader()
                .valueEquals("ETag", "\"2\"")
                .expectBody()
                .jsonPath("$.monthly_quota")
                .isEmpty()
                .jsonPath("$.time_zone")
                .isEqualTo("Asia/Tokyo")
                .jsonPath("$.currency")
                .isEqualTo("EUR");
    }

    @Test
    void aResellerIsSuspendedAndReactivatedAndDisabledForGood() {
        String reseller = api.reseller(100L);
        String key = Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own")));

        move(reseller, "suspend").jsonPath("$.status").isEqualTo("suspended");
        api.get("/keys/" + key).expectBody().jsonPath("$.status").isEqualTo("active");
        move(reseller, "reactivate").jsonPath("$.status").isEqualTo("active");
        move(reseller, "disable").jsonPath("$.status").isEqualTo("disabled");

        api.get("/keys/" + key).expectBody().jsonPath("$.status").isEqualTo("revoked");
        api.post("/resellers/" + reseller + "/reactivate").expectStatus().isEqualTo(409);
        api.post("/resellers/" + reseller + "/keys", Map.of("label", "More"))
                .expectStatus()
                .isEqualTo(409);
        move(reseller, "disable").jsonPath("$.status").isEqualTo("disabled");
    }

    @Test
    void disablingAResellerRevokesItsClientsKeysToo() {
        String reseller = api.reseller(100L);
        String client = Api.id(api.client(reseller, 10));
        String key = Api.id(api.key(client));

        move(reseller, "disable").jsonPath("$.status").isEqualTo("disabled");

        api.get("/keys/" + key).expectBody().jsonPath("$.status").isEqualTo("revoked");
        api.key(client).expectStatus().isEqualTo(409);
    }

    @Test
    void aDisabledResellerGetsNeitherClientsNorKeys() {
        String reseller = api.reseller(null);
        String client = Api.id(api.client(reseller, 1));
        move(reseller, "disable").jsonPath("$.status").isEqualTo("disabled");

        api.client(reseller, 1).expectStatus().isEqualTo(409);
        api.key(client).expectStatus().isEqualTo(409);
        api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own"))
                .expectStatus()
                .isEqualTo(409);
    }

    @Test
    void itIsNotDeletedWhileAnythingIsBelowIt() {
        String reseller = api.reseller(100L);
        String client = Api.id(api.client(reseller, 10));

        api.delete("/resellers/" + reseller)
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .isEqualTo("It still has 1 clients and 0 keys.");
        api.delete("/clients/" + client).expectStatus().isNoContent();
        String key = Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own")));
        api.delete("/resellers/" + reseller).expectStatus().isEqualTo(409);
        api.delete("/keys/" + key).expectStatus().isNoContent();
        api.delete("/resellers/" + reseller).expectStatus().isNoContent();
        api.get("/resellers/" + reseller).expectStatus().isNotFound();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Europe/Berlin",
                "America/Argentina/Ushuaia",
                "UTC+8",
                "UTC-03:30",
                "+05:45"
            })
    void aTimeZoneIsOneOfTheWorldsOrAnOffset(String zone) {
        create(Map.of("time_zone", zone))
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.time_zone")
                .isEqualTo(zone);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Mars/Olympus", "europe/berlin", "UTC+25", "8", "UTC+8:99", "", "CEST;drop"})
    void anythingElseIsNoTimeZone(String zone) {
        create(Map.of("time_zone", zone))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/time_zone");
    }

    @Test
    void aReferralCodeTellsWhoReferred() {
        var referrer = Api.json(create(Map.of()).expectStatus().isCreated());
        String code = referrer.get("referral_code").stringValue();

        create(Map.of("referral_code", code))
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.referred_by")
                .isEqualTo(referrer.get("id").stringValue());
        create(Map.of("referral_code", "NOSUCHCODE"))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/referral_code");
        assertThat(code).matches("[A-HJ-NP-Z2-9]{10}");
    }

    @Test
    void whatQuotasDoWithoutTheDatabaseIsStatedAndClosedUnlessItIs() {
        String reseller = api.reseller(null);
        String client = Api.id(api.client(reseller, 1));

        for (String path : List.of("/resellers/" + reseller, "/clients/" + client)) {
            api.get(path).expectBody().jsonPath("$.failure_mode").isEqualTo("closed");
            api.patch(path, Map.of("failure_mode", "open"))
                    .expectBody()
                    .jsonPath("$.failure_mode")
                    .isEqualTo("open");
            api.patch(path, Map.of("failure_mode", "ajar")).expectStatus().isEqualTo(422);
        }
    }

    @Test
    void whoWasFasterWins() {
        String reseller = api.reseller(100L);
        var rename = Map.of("name", "First");

        api.send(HttpMethod.PATCH, "/resellers/" + reseller, rename, "\"1\"").expectStatus().isOk();
        api.send(HttpMethod.PATCH, "/resellers/" + reseller, Map.of("name", "Second"), "\"1\"")
                .expectStatus()
                .isEqualTo(412)
                .expectHeader()
                .valueEquals("ETag", "\"2\"");
        api.get("/resellers/" + reseller).expectBody().jsonPath("$.name").isEqualTo("First");
    }

    private ResponseSpec create(Map<String, Object> more) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", "Reseller");
        body.put("contact_email", "reseller@example.com");
        body.put("monthly_quota", 1000);
        body.putAll(more);
        return api.post("/resellers", body);
    }

    private org.springframework.test.web.reactive.server.WebTestClient.BodyContentSpec move(
            String reseller, String transition) {
        return api.post("/resellers/" + reseller + "/" + transition)
                .expectStatus()
                .isOk()
                .expectBody();
    }
}
