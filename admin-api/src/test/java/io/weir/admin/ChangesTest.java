package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;

/// Gateways obey what is announced, and nothing else.
class ChangesTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final Fixture fixture = Fixture.of(api);
    final String reseller = fixture.reseller();
    final String client = fixture.client();
    final String key = fixture.key();

    @Test
    void everyChangeNamesWhoItIsAbout() {
        announces(() -> edit("/resellers/" + reseller, Map.of("name", "New")), reseller);
        announces(() -> edit("/clients/" + client, Map.of("name", "New")), client);
        announces(() -> edit("/keys/" + key, Map.of("label", "New")), key);
        announces(() -> ok("/resellers/" + reseller + "/suspend"), reseller);
        announces(() -> ok("/resellers/" + reseller + "/reactivate"), reseller);
        announces(() -> ok("/clients/" + client + "/suspend"), client);
        announces(() -> ok("/clients/" + client + "/reactivate"), client);
        announces(() -> ok("/keys/" + key + "/revoke"), key);
        announces(() -> api.delete("/keys/" + key).expectStatus().isNoContent(), key);
    }

    @Test
    void whatMovesAPortionNamesTheResellerToo() {
        announces(() -> edit("/clients/" + client, Map.of("monthly_quota", 2)), client, reseller);
        announces(() -> ok("/clients/" + client + "/disable"), client, reseller, key);
        announces(
                () -> api.delete("/clients/" + client).expectStatus().isNoContent(),
                client,
                reseller,
                key);
    }

    @Test
    void whatIsMadeIsAnnounced() {
        long version = version();
        String made = api.reseller(null);
        assertThat(announcedSince(version)).containsExactly(made.substring(4));

        version = version();
        made = Api.id(api.client(reseller, 1));
        assertThat(announcedSince(version))
                .containsExactlyInAnyOrder(made.substring(4), reseller.substring(4));

        version = version();
        made = Api.id(api.key(client));
        assertThat(announcedSince(version)).containsExactly(made.substring(4));
    }

    @Test
    void aBindingNamesWhoIsBoundAndARuleOrGroupItself() {
        String rule = fixture.rule();
        String group = fixture.group();
        announces(() -> put("/keys/" + key + "/rule", "rule_id", rule), key);
        announces(() -> put("/keys/" + key + "/group", "group_id", group), key);
        announces(() -> put("/clients/" + client + "/default-rule", "rule_id", rule), client);
        announces(() -> put("/resellers/" + reseller + "/default-rule", "rule_id", rule), reseller);
        announces(() -> edit("/rules/" + rule, Map.of("mode", "observe")), rule);
        announces(() -> ok("/rules/" + rule + "/deactivate"), rule);
        announces(() -> ok("/rules/" + rule + "/activate"), rule);
        announces(() -> edit("/groups/" + group, Map.of("name", "New")), group);
        var quota = Map.of("limit", 1, "reset", "manual");
        announces(() -> edit("/keys/" + key, Map.of("token_quota", quota)), key);
        announces(() -> ok("/keys/" + key + "/token-quota/reset"), key);
        String path = "/resellers/" + reseller + "/";
        long version = version();
        String newRule = Api.id(api.post(path + "rules", Map.of("name", "New")));
        String newGroup = Api.id(api.post(path + "groups", Map.of("name", "Another")));
        assertThat(announcedSince(version))
                .containsExactly(newRule.substring(4), newGroup.substring(4));
        announces(() -> api.delete("/rules/" + newRule).expectStatus().isNoContent(), newRule);
        announces(() -> api.delete("/groups/" + newGroup).expectStatus().isNoContent(), newGroup);
    }

    @Test
    void disablingAResellerNamesItsKeys() {
        announces(() -> ok("/resellers/" + reseller + "/disable"), reseller, key);
    }

    @Test
    void pricesAreAnnouncedAsAChangeOfNobody() {
        long version = version();

        api.send(HttpMethod.PUT, "/prices", "[]", "*").expectStatus().isOk();

        assertThat(version()).isEqualTo(version + 1);
        assertThat(announcedSince(version)).isEmpty();
    }

    @Test
    void whatIsRefusedIsNotAnnounced() {
        String bounded = api.reseller(10L);
        api.client(bounded, 10).expectStatus().isCreated();
        long version = version();

        api.client(bounded, 1).expectStatus().isEqualTo(422);
        api.patch("/resellers/" + bounded, Map.of("monthly_quota", 9))
                .expectStatus()
                .isEqualTo(422);
        api.delete("/resellers/" + bounded).expectStatus().isEqualTo(409);
        api.send(HttpMethod.PATCH, "/keys/" + key, "{}", "\"9\"").expectStatus().isEqualTo(412);
        api.send(HttpMethod.PUT, "/prices", "[]", "\"-1\"").expectStatus().isEqualTo(412);
        api.post("/keys/key_" + java.util.UUID.randomUUID() + "/revoke")
                .expectStatus()
                .isNotFound();

        assertThat(version()).isEqualTo(version);
    }

    private void announces(Runnable change, String... subjects) {
        long version = version();
        change.run();
        assertThat(version()).isGreaterThan(version);
        assertThat(announcedSince(version))
                .containsExactlyInAnyOrderElementsOf(
                        List.of(subjects).stream().map(id -> id.substring(4)).toList());
    }

    private void edit(String path, Map<String, Object> body) {
        api.patch(path, body).expectStatus().isOk();
    }

    private void put(String path, String name, String id) {
        api.send(HttpMethod.PUT, path, Map.of(name, id), null).expectStatus().isOk();
    }

    private void ok(String path) {
        api.post(path).expectStatus().isOk();
    }

    private long version() {
        return Long.parseLong(running.rows("SELECT version FROM weir.configuration").getFirst());
    }

    private List<String> announcedSince(long version) {
        return running.rows(
                "SELECT subject FROM weir.configuration_change WHERE version > " + version);
    }
}
