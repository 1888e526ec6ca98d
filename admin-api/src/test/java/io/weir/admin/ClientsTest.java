package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientsTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());

    @Test
    void clientsTakePortionsOfThePlanAndTheRestIsTheResellersOwn() {
        String reseller = api.reseller(999_999L);
        api.client(reseller, 200_000).expectStatus().isCreated();
        api.client(reseller, 100_000).expectStatus().isCreated();
        api.client(reseller, 50_000).expectStatus().isCreated();

        api.get("/resellers/" + reseller)
                .expectBody()
                .jsonPath("$.own_remaining")
                .isEqualTo(649_999)
                .jsonPath("$.quota.limit")
                .isEqualTo(999_999);
    }

    @Test
    void anAllocationThatPassesThePlanIsRefusedAndNamesWhatIsAvailable() {
        String reseller = api.reseller(100L);
        api.client(reseller, 60).expectStatus().isCreated();

        api.client(reseller, 41)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/monthly_quota")
                .jsonPath("$.errors[0].code")
                .isEqualTo("exceeds-plan")
                .jsonPath("$.errors[0].detail")
                .isEqualTo("40 of the reseller's plan are available, not 41.");
    }

    @Test
    void racingAllocationsNeverPassThePlan() throws Exception {
        String reseller = api.reseller(100L);
        List<Callable<Integer>> asked =
                java.util.stream.IntStream.range(0, 30)
                        .<Callable<Integer>>mapToObj(
                                _ ->
                                        () ->
                                                api.client(reseller, 10)
                                                        .returnResult(Void.class)
                                                        .getStatus()
                                                        .value())
                        .toList();
        List<Integer> statuses;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            statuses = callers.invokeAll(asked).stream().map(future -> future.resultNow()).toList();
        }

        assertThat(statuses).containsOnly(201, 422);
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(10);
        api.get("/resellers/" + reseller).expectBody().jsonPath("$.own_remaining").isEqualTo(0);
    }

    @Test
    void anEditMayTakeWhatTheClientHadAndWhatIsLeft() {
        String reseller = api.reseller(100L);
        String client = Api.id(api.client(reseller, 60));

        api.patch("/clients/" + client, Map.of("monthly_quota", 100)).expectStatus().isOk();
        api.patch("/clients/" + client, Map.of("monthly_quota", 101))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].detail")
                .isEqualTo("100 of the reseller's plan are available, not 101.");
    }

    @Test
    void anUnlimitedClientReservesNothingOfThePlan() {
        String reseller = api.reseller(100L);
        String client = Api.id(api.client(reseller, 60));

        api.patch("/clients/" + client, Map.of("overage", Map.of("mode", "unlimited")))
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.quota.limit")
                .isEmpty();
        api.get("/resellers/" + reseller).expectBody().jsonPath("$.own_remaining").isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"1000, 10, 1100", "999, 10, 1098", "0, 100, 0"})
    void aSoftQuotaHasItsBufferRoundedDown(long quota, long percent, long limit) {
        String reseller = api.reseller(null);
        String client = Api.id(api.client(reseller, quota));

        api.patch(
                        "/clients/" + client,
                        Map.of("overage", Map.of("mode", "soft", "buffer_percent", percent)))
                .expectBody()
                .jsonPath("$.quota.limit")
                .isEqualTo(limit)
                .jsonPath("$.quota.remaining")
                .isEqualTo(limit);
    }

    @Test
    void aPlanIsNotLoweredBelowItsPortions() {
        String reseller = api.reseller(100L);
        api.client(reseller, 60).expectStatus().isCreated();

        api.patch("/resellers/" + reseller, Map.of("monthly_quota", 59))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].code")
                .isEqualTo("below-portions");
        api.patch("/resellers/" + reseller, Map.of("monthly_quota", 60)).expectStatus().isOk();
    }

    @Test
    void theRateLimitIs60UnlessStatedAndNullIsNone() {
        String reseller = api.reseller(null);
        String client = Api.id(api.client(reseller, 1));

        api.get("/clients/" + client).expectBody().jsonPath("$.rate_limit").isEqualTo(60);
        Map<String, @Nullable Object> none = new LinkedHashMap<>();
        none.put("rate_limit", null);
        api.patch("/clients/" + client, none).expectBody().jsonPath("$.rate_limit").isEmpty();
        api.patch("/clients/" + client, Map.of("name", "Renamed"))
                .expectBody()
                .jsonPath("$.rate_limit")
                .isEmpty()
                .jsonPath("$.name")
                .isEqualTo("Renamed");
    }

    @Test
    void aNameIsTakenOncePerReseller() {
        String reseller = api.reseller(null);
        var body = Map.of("name", "Twin", "contact_email", "a@b.example", "monthly_quota", 1);
        api.post("/resellers/" + reseller + "/clients", body).expectStatus().isCreated();

        api.post("/resellers/" + reseller + "/clients", body)
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:name-taken");
        String other = api.reseller(null);
        api.post("/resellers/" + other + "/clients", body).expectStatus().isCreated();
    }

    @Test
    void aSuspendedClientIsReactivatedAsItWas() {
        String client = Api.id(api.client(api.reseller(null), 1));

        api.post("/clients/" + client + "/suspend").expectStatus().isOk();
        api.post("/clients/" + client + "/suspend")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("suspended");
        api.post("/clients/" + client + "/reactivate")
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("active");
    }

    @Test
    void disablingIsForGoodRevokesTheKeysAndFreesThePortion() {
        String reseller = api.reseller(100L);
        String client = Api.id(api.client(reseller, 60));
        String key = Api.id(api.key(client));

        api.post("/clients/" + client + "/disable").expectStatus().isOk();

        api.get("/keys/" + key).expectBody().jsonPath("$.status").isEqualTo("revoked");
        api.get("/resellers/" + reseller).expectBody().jsonPath("$.own_remaining").isEqualTo(100);
        api.post("/clients/" + client + "/reactivate").expectStatus().isEqualTo(409);
        api.post("/clients/" + client + "/suspend").expectStatus().isEqualTo(409);
        api.key(client).expectStatus().isEqualTo(409);
    }

    @Test
    void deletingTakesTheKeysAlongAndKeepsUsage() {
        String reseller = api.reseller(100L);
        String client = Api.id(api.client(reseller, 60));
        String key = Api.id(api.key(client));
        use(client, key, 7, "2020-01-01T00:00:00Z");

        api.delete("/clients/" + client).expectStatus().isNoContent();

        api.get("/clients/" + client).expectStatus().isNotFound();
        api.get("/keys/" + key).expectStatus().isNotFound();
        api.get("/resellers/" + reseller).expectBody().jsonPath("$.own_remaining").isEqualTo(100);
        assertThat(
                        running.rows(
                                "SELECT requests FROM weir.usage_minute WHERE client_id = '%s'"
                                        .formatted(uuid(client))))
                .containsExactly("7");
    }

    @Test
    void theQuotaIsWhatTheCounterOfThisMonthSays() {
        String client = Api.id(api.client(api.reseller(null), 100));
        running.rows(
                "INSERT INTO weir.counter VALUES ('%s', 'monthly', date_trunc('month', now(), 'UTC'), 30, 20)"
                        .formatted(uuid(client)));

        api.get("/clients/" + client)
                .expectBody()
                .jsonPath("$.quota.used")
                .isEqualTo(30)
                .jsonPath("$.quota.reserved")
                .isEqualTo(20)
                .jsonPath("$.quota.remaining")
                .isEqualTo(50);
    }

    @Test
    void thePeakDayIsInTheClientsZone() {
        String client = Api.id(api.client(api.reseller(null), 100));
        String key = Api.id(api.key(client));
        api.patch("/clients/" + client, Map.of("time_zone", "UTC+8")).expectStatus().isOk();
        api.get("/clients/" + client).expectBody().jsonPath("$.peak_day").isEmpty();
        use(client, key, 7, "now()");

        String today = java.time.LocalDate.now(java.time.ZoneId.of("UTC+8")).toString();
        api.get("/clients/" + client)
                .expectBody()
                .jsonPath("$.peak_day.date")
                .isEqualTo(today)
                .jsonPath("$.peak_day.requests")
                .isEqualTo(7)
                .jsonPath("$.active_keys")
                .isEqualTo(1);
    }

    private void use(String client, String key, long requests, String minute) {
        running.rows(
                """
                INSERT INTO weir.usage_minute (minute, key_id, client_id, reseller_id, route, outcome, requests)
                SELECT date_trunc('minute', %s), '%s', id, reseller_id, 'demo', 'served', %d
                  FROM weir.client WHERE id = '%s'
                """
                        .formatted(
                                minute.equals("now()") ? minute : "'" + minute + "'::timestamptz",
                                uuid(key),
                                requests,
                                uuid(client)));
    }

    private static UUID uuid(String id) {
        return UUID.fromString(id.substring(4));
    }
}
