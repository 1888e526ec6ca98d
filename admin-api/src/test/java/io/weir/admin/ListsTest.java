package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ListsTest {

    private static final Pattern NEXT = Pattern.compile("</api/v1(/[^>]+)>; rel=\"next\"");

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);

    @Test
    void everyItemStandsOnOnePage() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(Api.id(api.client(reseller, i)));
        }

        List<List<String>> pages = pages("/resellers/" + reseller + "/clients?limit=2");

        assertThat(pages).hasSize(4).allMatch(page -> page.size() <= 2);
        assertThat(pages.stream().flatMap(List::stream)).containsExactlyElementsOf(made);
    }

    @Test
    void aFullLastPageHasNoNext() {
        String client = Api.id(api.client(reseller, 1));
        List<String> made = List.of(Api.id(api.key(client)), Api.id(api.key(client)));

        assertThat(pages("/clients/" + client + "/keys?limit=2")).containsExactly(made);
    }

    @Test
    void whatComesMeanwhileIsOnAPageToCome() {
        String first = Api.id(api.client(reseller, 1));
        String second = Api.id(api.client(reseller, 1));
        JsonNode page = Api.json(api.get("/resellers/" + reseller + "/clients?limit=1"));
        String third = Api.id(api.client(reseller, 1));
        api.delete("/clients/" + first).expectStatus().isNoContent();

        String rest =
                "/resellers/%s/clients?cursor=%s"
                        .formatted(reseller, page.get("next_cursor").stringValue());
        assertThat(pages(rest).getFirst()).containsExactly(second, third);
    }

    @Test
    void theLinkKeepsTheFilters() {
        for (int i = 0; i < 3; i++) {
            api.post("/clients/" + Api.id(api.client(reseller, 1)) + "/suspend")
                    .expectStatus()
                    .isOk();
        }
        api.client(reseller, 1).expectStatus().isCreated();

        List<List<String>> pages =
                pages("/resellers/" + reseller + "/clients?limit=2&status=suspended&q=client");
        assertThat(pages.stream().mapToInt(List::size)).containsExactly(2, 1);
    }

    @ParameterizedTest
    @CsvSource({"%, 'a%b'", "_, 'a_b'", "'\\', 'a\\b'", "A%B, 'a%b'", "axb, axb", "é+&=#, 'é+&=#'"})
    void aSearchIsForTheTextItself(String search, String found) {
        for (String name : List.of("a%b", "a_b", "axb", "a\\b", "é+&=#")) {
            var body = Map.of("name", name, "contact_email", "a@b.example", "monthly_quota", 1);
            api.post("/resellers/" + reseller + "/clients", body).expectStatus().isCreated();
        }

        var answer =
                running.api()
                        .get()
                        .uri("/api/v1/resellers/{id}/clients?q={q}", reseller, search)
                        .exchange();
        List<String> names =
                Api.json(answer)
                        .get("items")
                        .valueStream()
                        .map(item -> item.get("name").stringValue())
                        .toList();
        assertThat(names).containsExactly(found);
    }

    @Test
    void keysAreFoundByStatus() {
        String client = Api.id(api.client(reseller, 1));
        String kept = Api.id(api.key(client));
        String revoked = Api.id(api.key(client));
        api.post("/keys/" + revoked + "/revoke").expectStatus().isOk();

        assertThat(pages("/clients/" + client + "/keys?status=active"))
                .containsExactly(List.of(kept));
        assertThat(pages("/clients/" + client + "/keys?status=revoked"))
                .containsExactly(List.of(revoked));
        assertThat(pages("/clients/" + client + "/keys?status=expired")).containsExactly(List.of());
    }

    @Test
    void keysAreFoundByGroupRuleAndPrefix() {
        String client = Api.id(api.client(reseller, 1));
        String group =
                Api.id(api.post("/resellers/" + reseller + "/groups", Map.of("name", "Group")));
        String rule = Api.id(api.post("/resellers/" + reseller + "/rules", Map.of("name", "Rule")));
        Api.id(api.key(client));
        JsonNode both =
                Api.json(
                        api.post(
                                "/clients/" + client + "/keys",
                                Map.of("label", "Both", "group_id", group, "rule_id", rule)));
        String id = both.get("id").stringValue();
        String keys = "/clients/" + client + "/keys?";

        assertThat(pages(keys + "group_id=" + group)).containsExactly(List.of(id));
        assertThat(pages(keys + "rule_id=" + rule)).containsExactly(List.of(id));
        assertThat(pages(keys + "q=" + both.get("prefix").stringValue()))
                .containsExactly(List.of(id));
        assertThat(pages("/groups/" + group + "/keys?rule_id=" + rule))
                .containsExactly(List.of(id));
        assertThat(pages("/resellers/" + reseller + "/keys?group_id=" + group))
                .containsExactly(List.of());
        for (String wrong : List.of("group_id=x", "rule_id=" + group, "group_id=")) {
            api.get(keys + wrong)
                    .expectStatus()
                    .isEqualTo(422)
                    .expectBody()
                    .jsonPath("$.errors[0].pointer")
                    .isEqualTo("?" + wrong.substring(0, wrong.indexOf('=')));
        }
        api.get("/groups/" + group + "/keys?group_id=" + group).expectStatus().isEqualTo(422);
    }

    /// The ids of each page, followed by their links.
    private List<List<String>> pages(String first) {
        List<List<String>> pages = new ArrayList<>();
        String path = first;
        while (!path.isEmpty()) {
            var result =
                    running.api()
                            .get()
                            .uri(java.net.URI.create(base() + "/api/v1" + path))
                            .exchange()
                            .expectStatus()
                            .isOk()
                            .expectBody(JsonNode.class)
                            .returnResult();
            JsonNode page = Objects.requireNonNull(result.getResponseBody());
            pages.add(
                    page.get("items")
                            .valueStream()
                            .map(item -> item.get("id").stringValue())
                            .toList());
            String link = result.getResponseHeaders().getFirst("Link");
            assertThat(link == null).isEqualTo(page.get("next_cursor").isNull());
            path = next(link == null ? "" : link);
        }
        return pages;
    }

    private static String next(String link) {
        var matcher = NEXT.matcher(link);
        return matcher.matches() ? matcher.group(1) : "";
    }

    private String base() {
        return "http://127.0.0.1:"
                + running.application.getEnvironment().getProperty("local.server.port");
    }
}
