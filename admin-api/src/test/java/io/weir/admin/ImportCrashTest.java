package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.postgres.EmbeddedPostgreSql;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Whatever ends an import before its time, it is done whole or not at all.
class ImportCrashTest {

    private static final int ROWS = 20_000;
    private static final String FILE =
            IntStream.range(0, ROWS)
                    .mapToObj("Client %1$d,c%1$d@example.com,1,\n"::formatted)
                    .collect(Collectors.joining());
    private static final Map<String, String> SETTINGS =
            Map.of("weir.access.admin-token", Running.TOKEN);

    @Test
    void anImportThatARestartInterruptsIsMadeWholeAfterwards() {
        try (EmbeddedPostgreSql server = Running.server()) {
            String location;
            try (var first = Running.recorded(server, SETTINGS)) {
                location = begun(first.running());
            }
            try (var second = Running.recorded(server, SETTINGS)) {
                Running running = second.running();
                assertThat(clients(running)).isZero();
                completes(running, location);
            }
        }
    }

    @Test
    void anImportWhoseConnectionsAreCutIsMadeWholeAfterwards() {
        try (EmbeddedPostgreSql server = Running.server();
                var started = Running.recorded(server, SETTINGS)) {
            Running running = started.running();
            String location = begun(running);
            running.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'weir_admin' AND state <> 'idle'");
            assertThat(clients(running)).isZero();
            completes(running, location);
        }
    }

    @Test
    void anImportThatNeverGetsThroughIsGivenUp() {
        try (EmbeddedPostgreSql server = Running.server();
                var started = Running.recorded(server, SETTINGS)) {
            Running running = started.running();
            running.rows(
                    """
                    CREATE FUNCTION weir.fail() RETURNS trigger LANGUAGE plpgsql
                        AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
                    CREATE TRIGGER fail BEFORE INSERT ON weir.client FOR EACH ROW EXECUTE FUNCTION weir.fail()
                    """);
            var imports = new Imports(running);
            String location =
                    Imports.location(imports.send(reseller(running), "", "A,a@example.com,1,\n"));

            JsonNode state = imports.state(location);
            while (state.get("finished_at").isNull()) {
                asIfTimeHadPassed(running);
                state = imports.state(location);
            }
            assertThat(Imports.summary(state)).startsWith("failed", 0L);
            assertThat(Imports.errors(state).getFirst()).contains("no fault of the file's");
            assertThat(clients(running)).isZero();
            assertThat(running.rows("SELECT count(*) FROM weir.client_import_chunk"))
                    .containsExactly("0");
        }
    }

    /// Where an import is found that runs, and has come some way.
    private static String begun(Running running) {
        var imports = new Imports(running);
        String location = Imports.location(imports.send(reseller(running), "", FILE));
        JsonNode state = imports.state(location);
        while (state.get("processed").asLong() == 0) {
            state = imports.state(location);
        }
        assertThat(state.get("status").stringValue()).isEqualTo("running");
        return location;
    }

    private static void completes(Running running, String location) {
        asIfTimeHadPassed(running);
        assertThat(Imports.summary(new Imports(running).outcome(location)))
                .containsExactly("completed", (long) ROWS, (long) ROWS, (long) ROWS, 0L, 0L, 0L);
        assertThat(clients(running)).isEqualTo(ROWS);
        assertThat(running.rows("SELECT portions FROM weir.reseller"))
                .containsExactly(Integer.toString(ROWS));
    }

    private static void asIfTimeHadPassed(Running running) {
        running.rows("UPDATE weir.client_import SET claimed_until = now()");
    }

    private static String reseller(Running running) {
        return new Api(running.api()).reseller((long) ROWS);
    }

    private static long clients(Running running) {
        return Long.parseLong(running.rows("SELECT count(*) FROM weir.client").getFirst());
    }
}
