package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The audit log as it is written and read.
class AuditTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final Fixture fixture = Fixture.of(api);

    @Test
    void anEntryTellsWhoDidWhatAndWhatItWasBefore() {
        running.api()
                .patch()
                .uri("/api/v1/clients/" + fixture.client())
                .header("If-Match", "*")
                .header("x-request-id", "request-7")
                .header("Content-Type", "application/json")
                .bodyValue("{\"monthly_quota\": 7, \"notes\": \"more\"}")
                .exchange()
                .expectStatus()
                .isOk();

        JsonNode entry = latest("subject=" + fixture.client());
        assertThat(entry.get("resource").stringValue()).isEqualTo("client");
        assertThat(entry.get("action").stringValue()).isEqualTo("edit");
        assertThat(entry.get("request_id").stringValue()).isEqualTo("request-7");
        assertThat(entry.get("reseller_id").stringValue()).isEqualTo(fixture.reseller());
        assertThat(entry.at("/actor/role").stringValue()).isEqualTo("operator");
        assertThat(entry.at("/actor/name").stringValue()).isEqualTo("first operator");
        assertThat(entry.at("/actor/token_id").stringValue()).startsWith("tok_");
        assertThat(texts(entry.get("subjects")))
                .containsExactlyInAnyOrder(fixture.client(), fixture.reseller());
        JsonNode change = change(entry, fixture.client());
        assertThat(change.get("before"))
                .isEqualTo(json("{\"portion\":1,\"monthly_quota\":1,\"notes\":null}"));
        assertThat(change.get("after"))
                .isEqualTo(json("{\"portion\":7,\"monthly_quota\":7,\"notes\":\"more\"}"));
        assertThat(change(entry, fixture.reseller()).at("/after/portions").asLong()).isEqualTo(7);
    }

    @Test
    void whatIsMadeAndDeletedIsToldWholeAndIdsAreThoseOfTheWire() {
        JsonNode made = latest("resource=key&subject=" + fixture.key());
        JsonNode after = change(made, fixture.key()).get("after");
        assertThat(made.get("action").stringValue()).isEqualTo("create");
        assertThat(change(made, fixture.key()).get("before").isNull()).isTrue();
        assertThat(after.get("client_id").stringValue()).isEqualTo(fixture.client());
        assertThat(after.get("reseller_id").stringValue()).isEqualTo(fixture.reseller());

        api.delete("/keys/" + fixture.key()).expectStatus().isNoContent();

        JsonNode deleted = latest("subject=" + fixture.key());
        assertThat(deleted.get("action").stringValue()).isEqualTo("delete");
        assertThat(change(deleted, fixture.key()).get("after").isNull()).isTrue();
        assertThat(change(deleted, fixture.key()).at("/before/label").stringValue())
                .isEqualTo("Key");
    }

    @Test
    void noSecretAndNoHashOfOneIsTold() {
        JsonNode key = Api.json(api.key(fixture.client()));
        String secret = key.get("secret").stringValue();

        assertThat(running.rows("SELECT audit_entry::text FROM weir.audit_entry"))
                .noneMatch(row -> row.contains(secret))
                .noneMatch(row -> row.contains("\"hash\""));
    }

    @Test
    void whatIsRefusedLeavesNoEntry() {
        String before = last();

        api.post("/resellers", "{}").expectStatus().isEqualTo(422);
        api.patch("/clients/" + fixture.client(), Map.of("monthly_quota", -1))
                .expectStatus()
                .isEqualTo(422);
        api.delete("/resellers/" + fixture.reseller()).expectStatus().isEqualTo(409);
        api.post("/keys/key_" + UUID.randomUUID() + "/revoke").expectStatus().isNotFound();

        assertThat(last()).isEqualTo(before);
    }

    @Test
    void whatChangesNothingLeavesNoEntry() {
        api.post("/clients/" + fixture.client() + "/suspend").expectStatus().isOk();
        String before = last();

        api.post("/clients/" + fixture.client() + "/suspend").expectStatus().isOk();

        assertThat(last()).isEqualTo(before);
    }

    @Test
    void whatIsSentAgainUnderItsKeyLeavesOneEntry() {
        String before = last();
        String path = "/resellers/" + fixture.reseller() + "/groups";
        for (int i = 0; i < 3; i++) {
            api.once(path, "\"audit-" + before + "\"", "{\"name\": \"Again\"}")
                    .expectStatus()
                    .isCreated();
        }

        assertThat(Long.parseLong(last())).isEqualTo(Long.parseLong(before) + 1);
    }

    @Test
    void aResellerReadsItsOwnAndIsToldOfOthersTheRole() {
        Tenant tenant = Tenant.of(running);
        Tenant sibling = Tenant.of(running);
        String client = tenant.fixture().client();
        tenant.api().patch("/clients/" + client, "{\"notes\": \"own\"}").expectStatus().isOk();

        JsonNode told = Api.json(tenant.api().get("/audit-log?limit=200")).get("items");

        assertThat(tenant.leaks(told.toString())).isEmpty();
        assertThat(told.toString()).doesNotContain("first operator");
        assertThat(told.valueStream().map(entry -> entry.get("reseller_id").stringValue()))
                .isNotEmpty()
                .containsOnly(tenant.fixture().reseller());
        assertThat(told.at("/0/actor/role").stringValue()).isEqualTo("reseller");
        assertThat(told.at("/0/actor/name").stringValue()).isEqualTo("Token");
        assertThat(told.at("/1/actor/role").stringValue()).isEqualTo("operator");
        assertThat(told.at("/1/actor/token_id").isNull()).isTrue();
        assertThat(items(tenant.api(), "actor=first operator")).isZero();
        assertThat(items(tenant.api(), "actor=Token")).isEqualTo(1);
        tenant.api()
                .get("/audit-log?subject=" + sibling.fixture().client())
                .expectStatus()
                .isNotFound();
        tenant.api().get("/audit-log/verify").expectStatus().isForbidden();
    }

    @Test
    void whatWasDeletedIsStillAskedFor() {
        Tenant tenant = Tenant.of(running);
        String group = tenant.fixture().group();
        tenant.api().delete("/groups/" + group).expectStatus().isNoContent();

        assertThat(items(tenant.api(), "subject=" + group)).isEqualTo(2);
    }

    @Test
    void pricesThatStayAreNotToldAsChanged() {
        String book =
                "[{\"route\":\"*\",\"model\":\"a\",\"per_request\":\"%s\"},{\"route\":\"*\",\"model\":\"b\",\"per_request\":\"1\"}]";
        put(book.formatted("1"));
        put(book.formatted("2"));

        JsonNode changes = latest("resource=prices").get("changes");
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).get("subject").stringValue()).isEqualTo("*/a");
    }

    @Test
    void entriesAreFoundByEverythingThatTheyTell() {
        String client = fixture.client();
        api.post("/clients/" + client + "/suspend").expectStatus().isOk();
        api.post("/clients/" + client + "/reactivate").expectStatus().isOk();
        JsonNode entry = latest("subject=" + client + "&action=suspend");
        String at = entry.get("created_at").stringValue();

        String token = entry.at("/actor/token_id").stringValue();
        assertThat(actions("subject=" + client))
                .containsSubsequence("reactivate", "suspend", "create");
        assertThat(actions("subject=" + client + "&action=suspend")).containsExactly("suspend");
        assertThat(actions("subject=" + client + "&resource=key")).containsExactly("create");
        assertThat(actions("subject=" + client + "&actor=" + token)).contains("suspend");
        assertThat(actions("subject=" + client + "&actor=first operator")).contains("suspend");
        assertThat(actions("subject=" + client + "&actor=nobody")).isEmpty();
        assertThat(actions("subject=" + client + "&from=" + at).getLast()).isEqualTo("suspend");
        assertThat(actions("subject=" + client + "&to=" + at)).doesNotContain("suspend");
        api.get("/audit-log?from=" + at + "&to=" + at).expectStatus().isEqualTo(422);
    }

    @Test
    void pagesTellEveryEntryOnceTheLatestFirst() {
        List<Long> numbers = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < 5; page++) {
            JsonNode answer = Api.json(api.get("/audit-log?limit=2" + cursor));
            answer.get("items").forEach(entry -> numbers.add(entry.get("number").asLong()));
            cursor = "&cursor=" + answer.get("next_cursor").stringValue();
        }
        long last = Long.parseLong(last());
        assertThat(numbers)
                .isEqualTo(IntStream.range(0, 10).mapToObj(back -> last - back).toList());
    }

    private static int items(Api api, String query) {
        return Api.json(api.get("/audit-log?" + query)).get("items").size();
    }

    private void put(String book) {
        api.send(org.springframework.http.HttpMethod.PUT, "/prices", book, "*")
                .expectStatus()
                .isOk();
    }

    private JsonNode latest(String query) {
        return Api.json(api.get("/audit-log?limit=1&" + query)).at("/items/0");
    }

    private List<String> actions(String query) {
        List<String> actions = new ArrayList<>();
        Api.json(api.get("/audit-log?" + query))
                .get("items")
                .forEach(entry -> actions.add(entry.get("action").stringValue()));
        return actions;
    }

    private String last() {
        return running.rows("SELECT number FROM weir.audit_head").getFirst();
    }

    private static JsonNode change(JsonNode entry, String subject) {
        return entry.get("changes")
                .valueStream()
                .filter(change -> change.get("subject").stringValue().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::stringValue).toList();
    }
}
