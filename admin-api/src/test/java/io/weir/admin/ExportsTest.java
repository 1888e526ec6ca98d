package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExportsTest {

    private static final String HEADER =
            "name,email,monthly_quota,rate_limit,status,used,remaining,created_at";

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final Imports imports = new Imports(running);
    final String reseller = api.reseller(null);

    @Test
    void eachClientIsALineWithItsUsageOfThisMonth() {
        String client = Api.id(api.client(reseller, 100));
        running.rows(
                "INSERT INTO weir.counter VALUES ('%s', 'monthly', date_trunc('month', now(), 'UTC'), 30, 20)"
                        .formatted(client.substring(4)));
        var shown = Api.json(api.get("/clients/" + client));
        api.post("/clients/" + client + "/suspend").expectStatus().isOk();

        assertThat(lines())
                .containsExactly(
                        HEADER,
                        "%s,client@example.com,100,60,suspended,30,50,%s"
                                .formatted(
                                        shown.get("name").stringValue(),
                                        shown.get("created_at").stringValue()));
    }

    @Test
    void whatIsUnlimitedIsEmpty() {
        String client = Api.id(api.client(reseller, 100));
        api.patch(
                        "/clients/" + client,
                        "{\"rate_limit\":null,\"overage\":{\"mode\":\"unlimited\"}}")
                .expectStatus()
                .isOk();

        assertThat(lines().getLast()).contains(",client@example.com,100,,active,0,,");
    }

    @Test
    void noCellIsAFormulaAndEveryNameComesBackAsItWas() {
        List<String> names =
                List.of(
                        "=1+1",
                        "+1",
                        "-1",
                        "@SUM(A1)",
                        "'=1",
                        "''-1",
                        "'plain",
                        "a=b",
                        "\"q\",c",
                        "é");
        for (String name : names) {
            create(name, "=cmd@example.com");
        }

        List<String> lines = lines();
        assertThat(lines.stream().map(line -> line.split(",", 2)[0]))
                .containsExactly(
                        "name",
                        "'=1+1",
                        "'+1",
                        "'-1",
                        "'@SUM(A1)",
                        "''=1",
                        "'''-1",
                        "'plain",
                        "a=b",
                        "\"\"\"q\"\"",
                        "é");
        assertThat(lines.stream().skip(1)).allMatch(line -> line.contains("'=cmd@example.com"));

        String other = api.reseller(null);
        StringBuilder rows = new StringBuilder();
        lines.stream().skip(1).forEach(line -> rows.append(imported(line)).append('\n'));
        imports.outcome(other, "", rows.toString());
        assertThat(
                        Api.json(api.get("/resellers/" + other + "/clients"))
                                .get("items")
                                .valueStream()
                                .map(item -> item.get("name").stringValue()))
                .containsExactlyElementsOf(names);
    }

    @Test
    void itGoesOnAfterManyPagesInTheOrderOfCreation() {
        running.rows(
                """
                INSERT INTO weir.client (id, reseller_id, name, contact_email, monthly_quota)
                SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, '%s', 'Client ' || n, 'c@example.com', 1
                  FROM generate_series(1, 1501) n
                """
                        .formatted(reseller.substring(4)));

        List<String> lines = lines();
        assertThat(lines).hasSize(1502);
        assertThat(lines.get(1)).startsWith("Client 1,");
        assertThat(lines.getLast()).startsWith("Client 1501,");
        running.rows(
                "DELETE FROM weir.client WHERE reseller_id = '%s'"
                        .formatted(reseller.substring(4)));
    }

    @Test
    void aResellerWithoutClientsHasAnEmptyFile() {
        api.get("/resellers/" + reseller + "/clients.csv")
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Content-Type", "text/csv;charset=UTF-8")
                .expectHeader()
                .valueEquals("Content-Disposition", "attachment; filename=\"clients.csv\"");
        assertThat(lines()).containsExactly(HEADER);
    }

    private void create(String name, String email) {
        api.post(
                        "/resellers/" + reseller + "/clients",
                        Map.of("name", name, "contact_email", email, "monthly_quota", 1))
                .expectStatus()
                .isCreated();
    }

    /// The first four cells, which are those of an import.
    private static String imported(String line) {
        return line.substring(0, line.indexOf(",active"));
    }

    private List<String> lines() {
        String file =
                api.get("/resellers/" + reseller + "/clients.csv")
                        .expectStatus()
                        .isOk()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody();
        return Objects.requireNonNull(file).lines().toList();
    }
}
