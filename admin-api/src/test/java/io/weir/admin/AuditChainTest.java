package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The audit log is only added to, and whoever does otherwise is found out.
class AuditChainTest {

    /// Its own, as it leaves more behind than other tests care to look through.
    static final Running running = Running.start();

    final Api api = new Api(running.api());

    @AfterAll
    static void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE weir.audit_entry SET action = 'x'",
                "DELETE FROM weir.audit_entry",
                "TRUNCATE weir.audit_entry"
            })
    void nobodyChangesThePast(String statement) {
        assertThatThrownBy(() -> running.rows(statement))
                .rootCause()
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> asAdmin(statement)).hasMessageContaining("permission denied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO weir.audit_entry SELECT * FROM weir.audit_entry LIMIT 1",
                "UPDATE weir.audit_head SET number = 1",
                "DELETE FROM weir.audit_head"
            })
    void theAdminApisRoleWritesEntriesInOneWayOnly(String statement) {
        assertThatThrownBy(() -> asAdmin(statement)).hasMessageContaining("permission denied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "action = 'create '",
                "resource = 'x'",
                "actor_name = 'somebody else'",
                "actor_token = gen_random_uuid()",
                "actor_role = 'system'",
                "actor_reseller = gen_random_uuid()",
                "created_at = created_at + interval '1 microsecond'",
                "id = gen_random_uuid()",
                "subjects = '{}'",
                "reseller_id = gen_random_uuid()",
                "request_id = NULL",
                "changes = '[]'",
                "omitted = omitted + 1",
                "hash = sha256(hash)"
            })
    void whoeverChangesItAsTheOwnerIsFound(String change) {
        api.client(api.reseller(null), 1).expectStatus().isCreated();
        String victim = last();
        api.reseller(null);
        assertThat(verification().get("verified").booleanValue()).isTrue();
        running.rows(
                "CREATE TABLE weir.kept AS SELECT * FROM weir.audit_entry WHERE number = "
                        + victim);
        try {
            bent("UPDATE weir.audit_entry SET " + change + " WHERE number = " + victim);
            JsonNode told = verification();
            assertThat(told.get("verified").booleanValue()).isFalse();
            assertThat(told.get("broken_at").asString()).isEqualTo(victim);
            bent("DELETE FROM weir.audit_entry WHERE number = " + victim);
            assertThat(verification().get("broken_at").asString()).isEqualTo(victim);
        } finally {
            bent("DELETE FROM weir.audit_entry WHERE number = " + victim);
            running.rows("INSERT INTO weir.audit_entry SELECT * FROM weir.kept");
            running.rows("DROP TABLE weir.kept");
        }
        assertThat(verification().get("verified").booleanValue()).isTrue();
    }

    @Test
    void whatIsAddedBesideTheChainIsFound() {
        api.reseller(null);
        String slipped = slipIn();
        JsonNode told = verification();
        bent("DELETE FROM weir.audit_entry WHERE number = " + slipped);

        assertThat(told.get("verified").booleanValue()).isFalse();
        assertThat(told.get("broken_at").asString()).isEqualTo(slipped);
        assertThat(verification().get("verified").booleanValue()).isTrue();
    }

    @Test
    void changesAtTheSameTimeDoNotForkTheChain() throws Exception {
        long before = Long.parseLong(last());
        try (var callers = Executors.newFixedThreadPool(8)) {
            List<Callable<String>> work =
                    IntStream.range(0, 200)
                            .<Callable<String>>mapToObj(_ -> () -> api.reseller(null))
                            .toList();
            Set<String> made = new HashSet<>();
            for (var id : callers.invokeAll(work)) {
                made.add(id.get());
            }
            assertThat(made).hasSize(200);
        }
        assertThat(Long.parseLong(last())).isEqualTo(before + 200);
        JsonNode told = verification();
        assertThat(told.get("verified").booleanValue()).isTrue();
        assertThat(told.get("entries").asString()).isEqualTo(last());
    }

    @Test
    void aLongLogIsFollowedToItsEnd() {
        running.rows(
                """
                DO $$
                BEGIN
                    FOR i IN 1..5000 LOOP
                        PERFORM weir.audit_keep('[]', 1);
                        PERFORM weir.audit(gen_random_uuid(), NULL, 'weir', 'operator', NULL, 'test', 'fill', NULL, '');
                        COMMIT;
                    END LOOP;
                END
                $$
                """);

        JsonNode told = verification();

        assertThat(told.get("verified").booleanValue()).isTrue();
        assertThat(told.get("entries").asLong()).isGreaterThan(5000);
        assertThat(told.get("head").stringValue())
                .isEqualTo(
                        running.rows("SELECT encode(hash, 'hex') FROM weir.audit_head").getFirst());
    }

    @Test
    void whatTheStartMakesIsOurOwnWorkAndIsToldOnce() {
        var settings =
                Map.of("weir.access.admin-token", Running.TOKEN, "weir.demo.enabled", "true");
        try (var server = Running.server()) {
            try (var first = Running.recorded(server, settings)) {
                assertThat(
                                first.running()
                                        .rows(
                                                "SELECT actor_role || ' ' || resource || ' ' || action FROM weir.audit_entry ORDER BY number"))
                        .containsExactlyInAnyOrder("system token create", "system demo create");
            }
            try (var second = Running.recorded(server, settings)) {
                assertThat(second.running().rows("SELECT number FROM weir.audit_entry")).hasSize(2);
            }
        }
    }

    private JsonNode verification() {
        return Api.json(api.get("/audit-log/verify").expectStatus().isOk());
    }

    private static String slipIn() {
        return running.rows(
                        """
                        INSERT INTO weir.audit_entry
                        SELECT number + 1, id, created_at, actor_token, actor_name, actor_role, actor_reseller, resource, action,
                               subjects, reseller_id, request_id, changes, omitted, hash
                          FROM weir.audit_entry ORDER BY number DESC LIMIT 1 RETURNING number
                        """)
                .getFirst();
    }

    /// As somebody who may do everything would.
    private static void bent(String statement) {
        running.rows(
                "ALTER TABLE weir.audit_entry DISABLE TRIGGER append_only; "
                        + statement
                        + "; ALTER TABLE weir.audit_entry ENABLE TRIGGER append_only");
    }

    private static void asAdmin(String statement) throws Exception {
        var url = running.server.url().as("weir_admin", "admin");
        try (var connection = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private static String last() {
        return running.rows("SELECT number FROM weir.audit_head").getFirst();
    }
}
