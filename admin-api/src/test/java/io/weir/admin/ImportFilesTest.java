package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What a file may look like.
class ImportFilesTest {

    private static final String TWO =
            "Acme,ops@acme.example,200000,120\nGlobex,it@globex.example,50000,\n";

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final Imports imports = new Imports(running);
    final String reseller = api.reseller(999_999L);

    @Test
    void spreadsheetsWriteFilesInTheirOwnWays() {
        byte[] file =
                ("\uFEFF\"name\",\"email\",\"monthly_quota\",\"rate_limit\"\r\n"
                                + "\"Comma, \"\"quoted\"\"\",a@example.com,\"1\",\"2\"\r\n"
                                + "\r\n"
                                + "'=1+1,'+b@example.com,2,\r\n"
                                + "''-twice,c@example.com,3,\r\n"
                                + "'plain,d@example.com,4,\r\n"
                                + "Größe,e@example.com,5,")
                        .getBytes(StandardCharsets.UTF_8);

        JsonNode outcome = imports.outcome(Imports.location(imports.send(reseller, "", file)));

        assertThat(Imports.summary(outcome)).startsWith("completed", 5L, 5L, 5L);
        assertThat(imports.stored(reseller))
                .containsExactly(
                        "'-twice c@example.com 3 60",
                        "'plain d@example.com 4 60",
                        "=1+1 +b@example.com 2 60",
                        "Comma, \"quoted\" a@example.com 1 2",
                        "Größe e@example.com 5 60");
    }

    @Test
    void bytesThatAreNoTextAreReportedWhereTheyStand() {
        byte[] file =
                (Imports.HEADER
                                + "Good,a@example.com,1,\nGr\u00f6\u00dfe,b@example.com,1,\nNul\0,c@example.com,1,\n")
                        .getBytes(StandardCharsets.ISO_8859_1);

        JsonNode outcome = imports.outcome(Imports.location(imports.send(reseller, "", file)));

        assertThat(Imports.errors(outcome))
                .containsExactly(
                        "3 name Gr\uFFFD\uFFFDe: This is not UTF-8.",
                        "4 name Nul\uFFFD: This must not contain control characters.");
    }

    @Test
    void aQuoteThatIsNeverClosedEndsTheFile() {
        JsonNode outcome =
                imports.outcome(
                        reseller,
                        "?mode=partial",
                        TWO + "\"Open,a@example.com,1,\nNext,b@example.com,1,\n");

        assertThat(Imports.summary(outcome)).containsExactly("completed", 3L, 3L, 2L, 0L, 0L, 1L);
        assertThat(Imports.errors(outcome).getFirst()).startsWith("4  : A quote is not closed");
    }

    @Test
    void onlySoManyErrorsAreListedAndAllAreCounted() {
        String rows =
                IntStream.range(0, 1500)
                        .mapToObj("Client %d,nobody,1,\n"::formatted)
                        .collect(Collectors.joining());

        JsonNode outcome = imports.outcome(reseller, "", rows);

        assertThat(outcome.get("errors")).hasSize(1000);
        assertThat(outcome.get("error_count").asLong()).isEqualTo(1500);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "Acme,ops@acme.example,1,1\n",
                "name,email,monthly_quota\n",
                "name,email,monthly_quota,rate_limit,more\n",
                "email,name,monthly_quota,rate_limit\n",
                "Name,Email,Monthly_quota,Rate_limit\n",
                "name;email;monthly_quota;rate_limit\n",
                "\"name,email,monthly_quota,rate_limit\n",
                "{\"name\":1}"
            })
    void aFileBeginsWithTheHeader(String file) {
        List<String> before = Stored.versions(running);

        imports.send(reseller, "", file.getBytes(StandardCharsets.UTF_8))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].code")
                .isEqualTo("header");
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @Test
    void aFileWithoutRowsIsTaken() {
        assertThat(Imports.summary(imports.outcome(reseller, "", "")))
                .containsExactly("completed", 0L, 0L, 0L, 0L, 0L, 0L);
    }

    @Test
    void aFileThatIsTooLargeLeavesNothing() {
        List<String> before = Stored.versions(running);

        imports.send(reseller, "", "x".repeat(33 * 1024 * 1024)).expectStatus().isEqualTo(413);
        imports.send(reseller, "", "x\n".repeat(200_001))
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].detail")
                .isEqualTo("At most 200000 rows are taken.");
        assertThat(Stored.versions(running)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?mode=all", "?dry_run=1", "?dry_run=", "?mode=atomic&mode=partial"})
    void itIsAskedForInTermsItKnows(String query) {
        imports.send(reseller, query, TWO).expectStatus().isEqualTo(422);
        assertThat(imports.stored(reseller)).isEmpty();
    }

    @Test
    void aFileIsSaidToBeOne() {
        api.post("/resellers/" + reseller + "/client-imports", TWO).expectStatus().isEqualTo(415);
    }
}
