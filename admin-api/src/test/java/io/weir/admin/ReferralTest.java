package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ReferralTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String referrer = api.reseller(null);
    final String code =
            Api.json(api.get("/resellers/" + referrer)).get("referral_code").stringValue();

    @Test
    void aReferrerEarnsThePercentageOfEachTierThatItsRefereesConsumptionReaches() {
        String key = keyOfAReferee("30000", "20000");

        spend(key, "1500");
        // 1,000 of cost at 5 %
        assertThat(referral("accrued")).isEqualTo("50.00");
        assertThat(referral("consumed")).isEqualTo("1000.00");
        assertThat(referral("tier_percent")).isEqualTo("10");
        assertThat(referral("referees")).isEqualTo("1");

        spend(key, "16500");
        // and 9,000 at 10 %, 2,000 at 15 %
        assertThat(referral("accrued")).isEqualTo("1250.00");
        assertThat(referral("tier_percent")).isEqualTo("15");
    }

    @Test
    void theRefereesOfOneReferrerCountTogether() {
        spend(keyOfAReferee("2000", "900"), "2000");
        spend(keyOfAReferee("2000", "600"), "2000");

        assertThat(referral("referees")).isEqualTo("2");
        assertThat(referral("consumed")).isEqualTo("1500.00");
        assertThat(referral("accrued")).isEqualTo("100.00");
    }

    @Test
    void manySmallStepsEarnWhatOneLargeStepDoes() {
        String key = keyOfAReferee("0.000001", "0.0000007");
        for (int i = 0; i < 100; i++) {
            spend(key, "0.000000007");
        }
        // 490 nano-units of cost at 5 %, rounded down once
        assertThat(referral("accrued")).isEqualTo("0.000000024");
        assertThat(
                        Api.json(api.get("/ledger/verify").expectStatus().isOk())
                                .get("verified")
                                .asBoolean())
                .isTrue();
    }

    @Test
    void whoReferredNobodyEarnsNothing() {
        assertThat(referral("referees")).isEqualTo("0");
        assertThat(referral("accrued")).isEqualTo("0.00");
        assertThat(referral("tier_percent")).isEqualTo("5");
        assertThat(referral("code")).isEqualTo(code);
    }

    private String keyOfAReferee(String price, String cost) {
        String referee =
                Api.id(
                        api.post(
                                "/resellers",
                                Map.of(
                                        "name", "Referee",
                                        "contact_email", "r@example.com",
                                        "monthly_quota", 100,
                                        "time_zone", "UTC",
                                        "currency", "USD",
                                        "referral_code", code)));
        api.post("/resellers/" + referee + "/top-ups", Map.of("amount", cost))
                .expectStatus()
                .isCreated();
        return Api.id(
                api.post(
                        "/resellers/" + referee + "/keys",
                        Map.of("label", "k", "budget", Map.of("price", price, "cost", cost))));
    }

    private String referral(String name) {
        JsonNode answer =
                Api.json(api.get("/resellers/" + referrer + "/referral").expectStatus().isOk());
        return answer.get(name).asString();
    }

    private void spend(String key, String amount) {
        running.rows(
                """
                INSERT INTO weir.counter AS c (subject, policy, starts, used, unbooked_since)
                    VALUES ('%1$s', 'budget', to_timestamp(0), %2$d, now())
                    ON CONFLICT (subject, policy, starts) DO UPDATE
                        SET used = c.used + %2$d, unbooked_since = now()
                    RETURNING used
                """
                        .formatted(
                                key.substring(4),
                                new BigDecimal(amount).movePointRight(9).longValueExact()));
        running.rows("SELECT weir.book_spending('0', 1000)");
    }
}
