package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

/// Which rule applies to a key: its own, else its client's, else its reseller's.
class BindingsTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final String client = Api.id(api.client(reseller, 1));
    final String key = Api.id(api.key(client));
    final String own = rule("Own");
    final String clients = rule("Client's");
    final String resellers = rule("Reseller's");

    @Test
    void theNearestRuleApplies() {
        assertThat(applied()).isEqualTo("none");
        bind("/resellers/" + reseller + "/default-rule", resellers).expectStatus().isOk();
        assertThat(applied()).isEqualTo("Reseller's of the reseller");
        bind("/clients/" + client + "/default-rule", clients).expectStatus().isOk();
        assertThat(applied()).isEqualTo("Client's of the client");
        bind("/keys/" + key + "/rule", own).expectStatus().isOk();
        assertThat(applied()).isEqualTo("Own of the key");
        bind("/keys/" + key + "/rule", null).expectStatus().isOk();
        assertThat(applied()).isEqualTo("Client's of the client");
    }

    @Test
    void aRuleThatIsDisabledAppliesToNobodyAndTheNextDoes() {
        bindAll();
        post(own, "deactivate").expectBody().jsonPath("$.freed_keys").isEqualTo(1);
        assertThat(applied()).isEqualTo("Client's of the client");
        post(own, "deactivate").expectBody().jsonPath("$.freed_keys").isEqualTo(0);
        api.patch("/rules/" + clients, Map.of("enabled", false))
                .expectBody()
                .jsonPath("$.freed_keys")
                .isEqualTo(1);
        assertThat(applied()).isEqualTo("Reseller's of the reseller");
        post(own, "activate")
                .expectBody()
                .jsonPath("$.freed_keys")
                .isEqualTo(0)
                .jsonPath("$.enabled")
                .isEqualTo(true);
        assertThat(applied()).isEqualTo("Own of the key");
    }

    @Test
    void aRuleCountsTheKeysBoundToItAndThoseThatInheritIt() {
        String second = Api.id(api.key(client));
        String elsewhere = Api.id(api.client(reseller, 1));
        Api.id(api.key(elsewhere));
        Api.id(api.post("/resellers/" + reseller + "/keys", Map.of("label", "Own")));
        Api.id(api.key(Api.id(api.client(api.reseller(null), 1))));
        bindAll();

        assertThat(counts(own)).containsExactly(1, 0);
        assertThat(counts(clients)).containsExactly(0, 1);
        assertThat(counts(resellers)).containsExactly(0, 2);

        bind("/keys/" + second + "/rule", resellers).expectStatus().isOk();
        assertThat(counts(clients)).containsExactly(0, 0);
        assertThat(counts(resellers)).containsExactly(1, 2);
        post(own, "deactivate").expectStatus().isOk();
        assertThat(counts(own)).containsExactly(1, 0);
        assertThat(counts(clients)).containsExactly(0, 1);
        post(resellers, "deactivate").expectBody().jsonPath("$.freed_keys").isEqualTo(3);
        assertThat(counts(clients)).containsExactly(0, 2);
        api.post("/keys/" + key + "/revoke").expectStatus().isOk();
        assertThat(counts(own)).containsExactly(0, 0);
        assertThat(counts(clients)).containsExactly(0, 1);
    }

    @Test
    void aRuleIsNotDeletedWhileItIsUsedAndItsUsersAreNamed() {
        bind("/resellers/" + reseller + "/default-rule", own).expectStatus().isOk();
        bind("/clients/" + client + "/default-rule", own).expectStatus().isOk();
        bind("/keys/" + key + "/rule", own).expectStatus().isOk();

        api.delete("/rules/" + own)
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:in-use")
                .jsonPath("$.detail")
                .value(
                        String.class,
                        detail -> assertThat(detail).contains(reseller, client, key, "(Key)"));
        bind("/resellers/" + reseller + "/default-rule", null).expectStatus().isOk();
        bind("/clients/" + client + "/default-rule", null).expectStatus().isOk();
        api.delete("/rules/" + own).expectStatus().isEqualTo(409);
        api.post("/keys/" + key + "/revoke").expectStatus().isOk();
        api.delete("/rules/" + own).expectStatus().isNoContent();
        api.get("/keys/" + key).expectBody().jsonPath("$.rule_id").isEmpty();
    }

    @Test
    void manyUsersAreNamedInPart() {
        for (int i = 0; i < 12; i++) {
            api.post("/clients/" + client + "/keys", Map.of("label", "Key " + i, "rule_id", own))
                    .expectStatus()
                    .isCreated();
        }

        api.delete("/rules/" + own)
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.detail")
                .value(
                        String.class,
                        detail -> assertThat(detail).contains("(Key 9)").endsWith(" and 2 more."));
    }

    @Test
    void theKeysThatAreBoundToARuleAreListed() {
        String second =
                Api.id(
                        api.post(
                                "/resellers/" + reseller + "/keys",
                                Map.of("label", "Second", "rule_id", own)));
        bind("/keys/" + key + "/rule", own).expectStatus().isOk();
        bind("/clients/" + client + "/default-rule", own).expectStatus().isOk();
        Api.id(api.key(client));

        assertThat(keysOf(own, "")).containsExactly(key, second);
        assertThat(keysOf(own, "?q=second&status=active")).containsExactly(second);
        assertThat(keysOf(clients, "")).isEmpty();
        api.get("/rules/rul_" + UUID.randomUUID() + "/keys").expectStatus().isNotFound();
    }

    @Test
    void onlyAnEnabledRuleOfTheSameResellerIsBound() {
        String foreign =
                Api.id(
                        api.post(
                                "/resellers/" + api.reseller(null) + "/rules",
                                Map.of("name", "Foreign")));
        post(own, "deactivate").expectStatus().isOk();

        for (String rule : List.of(foreign, own, "rul_" + UUID.randomUUID())) {
            refused(bind("/keys/" + key + "/rule", rule));
            refused(bind("/clients/" + client + "/default-rule", rule));
            refused(bind("/resellers/" + reseller + "/default-rule", rule));
            refused(api.patch("/keys/" + key, Map.of("rule_id", rule)));
            refused(
                    api.post(
                            "/clients/" + client + "/keys",
                            Map.of("label", "Key", "rule_id", rule)));
        }
        api.get("/keys/" + key).expectHeader().valueEquals("ETag", "\"1\"");
    }

    @Test
    void aKeyWhoseRuleIsDisabledIsChangedInOtherWays() {
        api.patch("/keys/" + key, Map.of("rule_id", own)).expectStatus().isOk();
        post(own, "deactivate").expectStatus().isOk();

        api.patch("/keys/" + key, Map.of("label", "New", "rule_id", own))
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.rule_id")
                .isEqualTo(own)
                .jsonPath("$.applied_rule")
                .isEmpty();
    }

    @Test
    void bindingNeedsNoConditionAndShowsInTheAnswer() {
        bind("/clients/" + client + "/default-rule", clients)
                .expectHeader()
                .valueEquals("ETag", "\"2\"")
                .expectBody()
                .jsonPath("$.default_rule_id")
                .isEqualTo(clients);
        bind("/resellers/" + reseller + "/default-rule", resellers)
                .expectHeader()
                .valueEquals("ETag", "\"2\"")
                .expectBody()
                .jsonPath("$.default_rule_id")
                .isEqualTo(resellers);
        api.get("/resellers/" + reseller + "/clients")
                .expectBody()
                .jsonPath("$.items[0].default_rule_id")
                .isEqualTo(clients);
    }

    @Test
    void bindingAndDeletingAtOnceLeavesNobodyBoundToNothing() throws Exception {
        for (int round = 0; round < 8; round++) {
            String rule = rule("Round " + round);
            List<Callable<Integer>> race =
                    List.of(
                            () -> status(bind("/keys/" + key + "/rule", rule)),
                            () -> status(bind("/clients/" + client + "/default-rule", rule)),
                            () -> status(bind("/resellers/" + reseller + "/default-rule", rule)),
                            () -> status(api.patch("/keys/" + key, Map.of("rule_id", rule))),
                            () -> status(api.post("/rules/" + rule + "/deactivate")),
                            () -> status(api.delete("/rules/" + rule)));
            List<Integer> statuses = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var outcome : threads.invokeAll(race)) {
                    statuses.add(outcome.get());
                }
            }

            assertThat(statuses).isSubsetOf(200, 204, 404, 409, 422);
            boolean deleted = status(api.get("/rules/" + rule)) == 404;
            assertThat(
                            Stored.everything(running).stream()
                                    .filter(row -> row.contains(rule.substring(4))))
                    .as("what still names the rule, beside what remembers it")
                    .allMatch(
                            row ->
                                    !deleted
                                            || row.startsWith("configuration_change ")
                                            || row.startsWith("audit_entry "));
        }
    }

    private static int status(ResponseSpec answer) {
        return answer.returnResult(Void.class).getStatus().value();
    }

    private void bindAll() {
        bind("/resellers/" + reseller + "/default-rule", resellers).expectStatus().isOk();
        bind("/clients/" + client + "/default-rule", clients).expectStatus().isOk();
        bind("/keys/" + key + "/rule", own).expectStatus().isOk();
    }

    private String applied() {
        JsonNode rule = Api.json(api.get("/keys/" + key)).get("applied_rule");
        return rule.isNull()
                ? "none"
                : rule.get("name").stringValue() + " of the " + rule.get("bound_to").stringValue();
    }

    private List<Integer> counts(String rule) {
        JsonNode shown = Api.json(api.get("/rules/" + rule));
        return List.of(
                shown.get("reference_count").intValue(), shown.get("inherited_count").intValue());
    }

    private List<String> keysOf(String rule, String query) {
        return Api.json(api.get("/rules/" + rule + "/keys" + query).expectStatus().isOk())
                .get("items")
                .valueStream()
                .map(one -> one.get("id").stringValue())
                .toList();
    }

    private String rule(String name) {
        return Api.id(api.post("/resellers/" + reseller + "/rules", Map.of("name", name)));
    }

    private ResponseSpec post(String rule, String action) {
        return api.post("/rules/" + rule + "/" + action).expectStatus().isOk();
    }

    private ResponseSpec bind(String path, @Nullable String rule) {
        String value = rule == null ? "null" : "\"" + rule + "\"";
        return api.send(HttpMethod.PUT, path, "{\"rule_id\": %s}".formatted(value), null);
    }

    private static void refused(ResponseSpec answer) {
        answer.expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[*].pointer")
                .isEqualTo(List.of("/rule_id"));
    }
}
