package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ImportsTest {

    private static final String TWO =
            "Acme,ops@acme.example,200000,120\nGlobex,it@globex.example,50000,\n";

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final Imports imports = new Imports(running);
    final String reseller = api.reseller(999_999L);

    @Test
    void eachRowIsAClientAndTheSameFileAgainChangesNothing() {
        assertThat(Imports.summary(imports.outcome(reseller, "", TWO)))
                .containsExactly("completed", 2L, 2L, 2L, 0L, 0L, 0L);
        assertThat(imports.stored(reseller))
                .containsExactly(
                        "Acme ops@acme.example 200000 120", "Globex it@globex.example 50000 60");
        assertThat(ownRemaining()).isEqualTo(749_999);

        assertThat(Imports.summary(imports.outcome(reseller, "", TWO)))
                .containsExactly("completed", 2L, 2L, 0L, 0L, 2L, 0L);
        assertThat(ownRemaining()).isEqualTo(749_999);
    }

    @Test
    void aRowOfAKnownNameEditsItsClientAndGatewaysAreToldOnce() {
        imports.outcome(reseller, "", TWO);
        long before = version();

        JsonNode outcome =
                imports.outcome(
                        reseller, "", "Globex,it@globex.example,70000,\nNew,n@new.example,1,\n");

        assertThat(Imports.summary(outcome)).containsExactly("completed", 2L, 2L, 1L, 1L, 0L, 0L);
        assertThat(imports.stored(reseller)).contains("Globex it@globex.example 70000 60");
        assertThat(ownRemaining()).isEqualTo(729_998);
        assertThat(version()).isEqualTo(before + 1);
        assertThat(changed(before + 1)).containsExactlyInAnyOrder(id("Globex"), uuid(reseller));
    }

    @Test
    void everyBadRowIsReportedAndKeepsAllOfTheFileOut() {
        JsonNode outcome =
                imports.outcome(
                        reseller,
                        "",
                        """
                        Good,good@example.com,1,
                        ,no-name@example.com,1,
                        No mail,,1,
                        Bad mail,nobody,1,
                        No quota,a@example.com,,
                        Word,a@example.com,many,
                        Negative,a@example.com,-1,
                        Fraction,a@example.com,1.5,
                        Too much,a@example.com,1000000000000001,
                        No rate,a@example.com,1,0
                        Short,a@example.com
                        Long,a@example.com,1,1,1
                        Good,twin@example.com,1,
                        Several,nobody,x,y
                        """);

        assertThat(Imports.summary(outcome)).startsWith("rejected", 14L, 14L, 0L, 0L, 0L);
        assertThat(Imports.errors(outcome))
                .containsExactly(
                        "3 name : This is required.",
                        "4 email : This is required.",
                        "5 email nobody: This must be an e-mail address.",
                        "6 monthly_quota : This is required.",
                        "7 monthly_quota many: This must be a whole number.",
                        "8 monthly_quota -1: This must be 0 to 1000000000000000.",
                        "9 monthly_quota 1.5: This must be a whole number.",
                        "10 monthly_quota 1000000000000001: This must be 0 to 1000000000000000.",
                        "11 rate_limit 0: This must be 1 to 1000000000000.",
                        "12 monthly_quota : The row ends before this.",
                        "13  1: There are 5 cells, the header has 4.",
                        "14 name Good: This name also stands in line 2.",
                        "15 email nobody: This must be an e-mail address.",
                        "15 monthly_quota x: This must be a whole number.",
                        "15 rate_limit y: This must be a whole number.");
        assertThat(outcome.get("error_count").asLong()).isEqualTo(15);
        assertThat(imports.stored(reseller)).isEmpty();
        assertThat(ownRemaining()).isEqualTo(999_999);
    }

    @Test
    void badRowsAreSkippedOnRequest() {
        JsonNode outcome = imports.outcome(reseller, "?mode=partial", TWO + "Bad,nobody,1,\n");

        assertThat(Imports.summary(outcome)).containsExactly("completed", 3L, 3L, 2L, 0L, 0L, 1L);
        assertThat(Imports.errors(outcome))
                .containsExactly("4 email nobody: This must be an e-mail address.");
        assertThat(imports.stored(reseller)).hasSize(2);
    }

    @Test
    void aDryRunTellsTheSameAndChangesNothing() {
        long before = version();

        JsonNode outcome =
                imports.outcome(reseller, "?dry_run=true&mode=partial", TWO + "Bad,nobody,1,\n");

        assertThat(Imports.summary(outcome)).containsExactly("completed", 3L, 3L, 2L, 0L, 0L, 1L);
        assertThat(Imports.errors(outcome)).hasSize(1);
        assertThat(imports.stored(reseller)).isEmpty();
        assertThat(ownRemaining()).isEqualTo(999_999);
        assertThat(version()).isEqualTo(before);
    }

    @Test
    void aFileMayTakeThePlanToItsLastRequestAndNotOneMore() {
        JsonNode over =
                imports.outcome(
                        reseller, "", TWO + "Last,l@example.com,749999,\nOne,o@example.com,1,\n");

        assertThat(Imports.summary(over)).startsWith("rejected", 4L, 4L, 0L, 0L, 0L);
        assertThat(Imports.errors(over))
                .containsExactly(
                        "5 monthly_quota 1: 0 of the reseller's plan are available, not 1.");
        assertThat(imports.stored(reseller)).isEmpty();

        JsonNode full = imports.outcome(reseller, "", TWO + "Last,l@example.com,749999,\n");
        assertThat(Imports.summary(full)).startsWith("completed", 3L, 3L, 3L);
        assertThat(ownRemaining()).isZero();
    }

    @Test
    void rowsThatFindTooLittleLeftAreSkippedOneByOne() {
        JsonNode outcome =
                imports.outcome(
                        reseller,
                        "?mode=partial",
                        "A,a@example.com,600000,\nB,b@example.com,400000,\nC,c@example.com,399999,\n");

        assertThat(Imports.summary(outcome)).containsExactly("completed", 3L, 3L, 2L, 0L, 0L, 1L);
        assertThat(Imports.errors(outcome))
                .containsExactly(
                        "3 monthly_quota 400000: 399999 of the reseller's plan are available, not 400000.");
        assertThat(ownRemaining()).isZero();
    }

    @Test
    void oneRowMayTakeWhatALaterOneGivesBack() {
        imports.outcome(reseller, "", "A,a@example.com,600000,\nB,b@example.com,399999,\n");
        String swapped = "A,a@example.com,900000,\nB,b@example.com,99999,\n";

        assertThat(Imports.summary(imports.outcome(reseller, "?mode=partial", swapped)))
                .containsExactly("completed", 2L, 2L, 0L, 1L, 0L, 1L);
        imports.outcome(reseller, "", "A,a@example.com,600000,\nB,b@example.com,399999,\n");
        assertThat(Imports.summary(imports.outcome(reseller, "", swapped)))
                .containsExactly("completed", 2L, 2L, 0L, 2L, 0L, 0L);
        assertThat(ownRemaining()).isZero();
    }

    @Test
    void aClientThatTakesNothingOfThePlanIsEditedFreely() {
        imports.outcome(reseller, "", TWO);
        api.patch("/clients/cli_" + id("Acme"), Map.of("overage", Map.of("mode", "unlimited")))
                .expectStatus()
                .isOk();
        api.post("/clients/cli_" + id("Globex") + "/disable").expectStatus().isOk();

        JsonNode outcome =
                imports.outcome(
                        reseller,
                        "",
                        "Acme,a@example.com,5000000,\nGlobex,b@example.com,5000000,\n");

        assertThat(Imports.summary(outcome)).containsExactly("completed", 2L, 2L, 0L, 2L, 0L, 0L);
        assertThat(ownRemaining()).isEqualTo(999_999);
    }

    @Test
    void aDisabledResellerGetsNoMoreClients() {
        api.post("/resellers/" + reseller + "/disable").expectStatus().isOk();

        JsonNode outcome = imports.outcome(reseller, "?mode=partial", TWO);

        assertThat(outcome.get("status").stringValue()).isEqualTo("rejected");
        assertThat(Imports.errors(outcome))
                .containsExactly("1  : The reseller is disabled, and gets no more clients.");
        assertThat(imports.stored(reseller)).isEmpty();
    }

    @Test
    void importsAndAllocationsThatRaceNeverPassThePlan() throws Exception {
        String raced = api.reseller(1000L);
        String rows =
                IntStream.range(0, 900)
                        .mapToObj("Row %d,a@example.com,1,\n"::formatted)
                        .collect(Collectors.joining());
        String location = Imports.location(imports.send(raced, "?mode=partial", rows));
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                callers.execute(() -> api.client(raced, 10));
            }
        }

        JsonNode outcome = imports.outcome(location);
        long own = Api.json(api.get("/resellers/" + raced)).get("own_remaining").asLong();
        long portions = imports.stored(raced).stream().mapToLong(ImportsTest::quota).sum();
        assertThat(outcome.get("status").stringValue()).isEqualTo("completed");
        assertThat(own).isNotNegative();
        assertThat(portions).isEqualTo(1000 - own);
    }

    private String id(String name) {
        return running.rows(
                        "SELECT id FROM weir.client WHERE reseller_id = '%s' AND name = '%s'"
                                .formatted(uuid(reseller), name))
                .getFirst();
    }

    private long ownRemaining() {
        return Api.json(api.get("/resellers/" + reseller)).get("own_remaining").asLong();
    }

    private long version() {
        return Long.parseLong(running.rows("SELECT version FROM weir.configuration").getFirst());
    }

    private List<String> changed(long version) {
        return running.rows(
                "SELECT subject FROM weir.configuration_change WHERE version = " + version);
    }

    private static long quota(String stored) {
        String[] words = stored.split(" ", -1);
        return Long.parseLong(words[words.length - 2]);
    }

    private static String uuid(String id) {
        return UUID.fromString(id.substring(4)).toString();
    }
}
