package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {

    @TempDir static Path data;
    static EmbeddedPostgreSql server;

    @BeforeAll
    static void migrate() {
        server = EmbeddedPostgreSql.start(data, 0, "it's \\ a password");
        Schema.migrate(server.url(), "admin's", "gateway's");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"fsync", "synchronous_commit", "full_page_writes"})
    void theEmbeddedServerIsDurable(String setting) throws SQLException {
        assertThat(rows(server.url(), "SHOW " + setting)).containsExactly("on");
    }

    @Test
    void theEmbeddedServerRefusesAWrongPassword() {
        assertThatThrownBy(() -> rows(server.url().as("postgres", "wrong"), "SELECT 1"))
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void migratingAgainChangesNothing() throws SQLException {
        Schema.migrate(server.url(), "admin's", "gateway's");

        assertThat(rows(gateway(), "SELECT version FROM weir.configuration")).containsExactly("0");
    }

    /// Whatever tables are added: what is sold, owed and remembered is not the gateway's to write.
    @Test
    void theGatewaysRoleMayWriteNoTableAtAll() throws SQLException {
        assertThat(
                        rows(
                                server.url(),
                                """
                                SELECT table_name || ' ' || privilege_type
                                  FROM information_schema.role_table_grants
                                 WHERE grantee = 'weir_gateway' AND privilege_type <> 'SELECT'
                                """))
                .isEmpty();
    }

    /// Whatever tables and views are added: `R__row_security.sql` says what a reseller reaches of
    /// them.
    @Test
    void everyTableSaysWhatAResellerReachesOfIt() throws SQLException {
        assertThat(
                        rows(
                                server.url(),
                                """
                                SELECT relname FROM pg_class
                                 WHERE relnamespace = 'weir'::regnamespace
                                   AND (relkind IN ('r', 'p') AND NOT relrowsecurity
                                        OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))
                                 ORDER BY 1
                                """))
                .containsExactly("configuration", "configuration_change", "flyway_schema_history");
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "*, 1", "x, 0", "00000000-0000-0000-0000-000000000001, 0"})
    void aSessionOfTheAdminApiReachesWhatItSays(String reaches, int tokens) throws SQLException {
        rows(
                server.url(),
                """
                INSERT INTO weir.token (id, name, role, scopes, hash, prefix)
                VALUES ('00000000-0000-0000-0000-000000000002', 't', 'operator', '{*}', sha256('t'), 't')
                ON CONFLICT DO NOTHING
                """);
        var admin = server.url().as(Schema.ADMIN_ROLE, "admin's");
        String set = "SELECT set_config('weir.reseller', '%s', false);".formatted(reaches);

        assertThat(rows(admin, "SELECT count(*) FROM weir.token")).containsExactly("0");
        assertThat(last(admin, set, "SELECT count(*) FROM weir.token"))
                .isEqualTo(Integer.toString(tokens));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "UPDATE weir.reseller SET monthly_quota = 10",
                "UPDATE weir.counter SET used = 0",
                "DELETE FROM weir.lease",
                "DELETE FROM weir.usage_minute",
                "SELECT weir.forfeit_node(gen_random_uuid())",
                "SELECT weir.decide_forfeit(gen_random_uuid(), 'refunded')",
                "SELECT weir.set_aside(ARRAY[gen_random_uuid()], NULL)",
                "INSERT INTO weir.credential VALUES ('', gen_random_uuid())",
                "SELECT * FROM weir.token"
            })
    void theGatewayIsRefused(String statement) {
        assertThatThrownBy(() -> rows(gateway(), statement)).hasMessageContaining("denied");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "UPDATE weir.counter SET used = 0",
                "UPDATE weir.forfeit SET decision = 'refunded'",
                "DELETE FROM weir.forfeit",
                "SELECT weir.set_aside(ARRAY[gen_random_uuid()], NULL)",
                "SELECT weir.resume(gen_random_uuid(), 'a', NULL, 1)"
            })
    void theAdminApisRoleMayNotWriteWhatGatewaysCounted(String statement) {
        var admin = server.url().as(Schema.ADMIN_ROLE, "admin's");
        assertThatThrownBy(() -> rows(admin, statement)).hasMessageContaining("denied");
    }

    private static DatabaseUrl gateway() {
        return server.url().as(Schema.GATEWAY_ROLE, "gateway's");
    }

    private static String last(DatabaseUrl url, String first, String then) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var statement = connection.createStatement()) {
            statement.execute(first);
            try (var result = statement.executeQuery(then)) {
                result.next();
                return result.getString(1);
            }
        }
    }

    private static List<String> rows(DatabaseUrl url, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var statement = connection.createStatement()) {
            List<String> rows = new ArrayList<>();
            if (statement.execute(sql)) {
                try (var result = statement.getResultSet()) {
                    while (result.next()) {
                        rows.add(result.getString(1));
                    }
                }
            }
            return rows;
        }
    }
}
