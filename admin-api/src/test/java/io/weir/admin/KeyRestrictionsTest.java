package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KeyRestrictionsTest {

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String client = Api.id(api.client(api.reseller(null), 1));

    @Test
    void allIsAllowedUnlessStated() {
        assertThat(shown(Api.id(api.key(client)))).containsExactly("null", "null", "null");
    }

    @Test
    void whatIsStatedIsShownAsItWasAndPatchedPieceByPiece() {
        String key =
                Api.id(
                        api.post(
                                "/clients/" + client + "/keys",
                                """
                                {"label": "Key", "allowed_routes": ["openai"], "allowed_models": ["gpt-4o", "claude-*"],
                                 "allowed_cidrs": ["10.1.2.3/8", "::ffff:10.0.0.1", "2001:DB8::/32"]}
                                """));

        String cidrs = "[\"10.1.2.3/8\",\"::ffff:10.0.0.1\",\"2001:DB8::/32\"]";
        assertThat(shown(key)).containsExactly("[\"openai\"]", "[\"gpt-4o\",\"claude-*\"]", cidrs);
        api.patch("/keys/" + key, "{\"allowed_models\": null, \"allowed_routes\": [\"a\", \"b\"]}")
                .expectStatus()
                .isOk();
        assertThat(shown(key)).containsExactly("[\"a\",\"b\"]", "null", cidrs);
        api.patch("/keys/" + key, "{\"label\": \"Other\"}").expectStatus().isOk();
        assertThat(shown(key)).containsExactly("[\"a\",\"b\"]", "null", cidrs);
        api.patch("/keys/" + key, "{\"allowed_routes\": null, \"allowed_cidrs\": null}")
                .expectStatus()
                .isOk();
        assertThat(shown(key)).containsExactly("null", "null", "null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allowed_models | [\"gpt*4\"]                | /allowed_models/0",
                "allowed_models | [\"**\"]                   | /allowed_models/0",
                "allowed_models | [\"a\", \"a\"]             | /allowed_models/1",
                "allowed_routes | []                         | /allowed_routes",
                "allowed_routes | [\"\"]                     | /allowed_routes/0",
                "allowed_cidrs  | [\"localhost\"]            | /allowed_cidrs/0",
                "allowed_cidrs  | [\"::1\", \"10.0.0.0/33\"] | /allowed_cidrs/1",
                "allowed_cidrs  | \"10.0.0.0/8\"             | /allowed_cidrs"
            })
    void whatCanNotBeMeantIsNamed(String field, String value, String pointer) {
        refused("{\"label\": \"Key\", \"%s\": %s}".formatted(field, value), pointer);
    }

    @Test
    void aListHasAnEnd() {
        List<String> routes = IntStream.range(0, 101).mapToObj(i -> "route " + i).toList();

        refused(
                "{\"label\": \"Key\", \"allowed_routes\": %s}"
                        .formatted(JsonMapper.shared().writeValueAsString(routes)),
                "/allowed_routes");
    }

    private void refused(String body, String pointer) {
        api.post("/clients/" + client + "/keys", body)
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo(pointer);
    }

    private List<String> shown(String key) {
        JsonNode shown = Api.json(api.get("/keys/" + key));
        return List.of("allowed_routes", "allowed_models", "allowed_cidrs").stream()
                .map(name -> shown.get(name).toString())
                .toList();
    }
}
