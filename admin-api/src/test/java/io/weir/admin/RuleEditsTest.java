package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;

/// A rule that a key is bound to is edited in the middle of its period.
class RuleEditsTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String key = Api.id(api.key(Api.id(api.client(reseller, 100))));
    final String rule =
            Api.id(
                    api.post(
                            "/resellers/" + reseller + "/rules",
                            Map.of("name", "Edited", "quota", credits("5"))));

    @Test
    void fromFiveToThreeToTenCreditsWhatRemainsIsTheLimitLessWhatWasUsed() {
        bind();
        use(4);
        assertStands("5.00", "1.00", "admitted");

        edit("3");
        assertStands("3.00", "0.00", "refused");
        assertThat(admission().at("/decided_by/policy").stringValue()).isEqualTo("rule-daily");
        edit("10");
        assertStands("10.00", "6.00", "admitted");
    }

    private void assertStands(String limit, String remaining, String outcome) {
        JsonNode quota = Api.json(api.get("/keys/" + key)).at("/quotas/0");
        assertThat(quota.get("policy").stringValue()).isEqualTo("rule-daily");
        assertThat(quota.get("limit").stringValue()).isEqualTo(limit);
        assertThat(quota.get("used").stringValue()).isEqualTo("4.00");
        assertThat(quota.get("remaining").stringValue()).isEqualTo(remaining);
        assertThat(admission().get("outcome").stringValue()).isEqualTo(outcome);
    }

    private JsonNode admission() {
        return Api.json(api.get("/keys/" + key + "/admission"));
    }

    private void edit(String limit) {
        api.patch("/rules/" + rule, Map.of("quota", credits(limit))).expectStatus().isOk();
    }

    private void bind() {
        api.send(HttpMethod.PUT, "/keys/" + key + "/rule", Map.of("rule_id", rule), null)
                .expectStatus()
                .isOk();
    }

    private static Map<String, String> credits(String limit) {
        return Map.of("period", "daily", "credits", limit);
    }

    /// Credits used today, as gateways reported them.
    private void use(long credits) {
        running.rows(
                "INSERT INTO weir.counter (subject, policy, starts, used) VALUES ('%s', 'rule-daily', '%s', %d)"
                        .formatted(
                                key.substring(4),
                                LocalDate.now(ZoneOffset.UTC)
                                        .atStartOfDay(ZoneOffset.UTC)
                                        .toInstant(),
                                credits * 1_000_000_000));
    }
}
