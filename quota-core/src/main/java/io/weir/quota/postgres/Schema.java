package io.weir.quota.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.Flyway;

/// Brings the database to this version's schema and gives the two roles their logins.
///
/// Blocking, over JDBC, as its owner: for an application's start, before anything is served.
public final class Schema {

    public static final String ADMIN_ROLE = "weir_admin";
    public static final String GATEWAY_ROLE = "weir_gateway";

    private static final String ROLE_LOGIN =
            """
            SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', ?::text, ?::text)
            """;

    private Schema() {}

    /// @param owner who may create roles and a schema in the database
    public static void migrate(DatabaseUrl owner, String adminPassword, String gatewayPassword) {
        Flyway.configure()
                .dataSource(owner.jdbc(), owner.user(), owner.password())
                .locations("classpath:io/weir/quota/postgres/schema")
                .schemas("weir")
                .defaultSchema("weir")
                .placeholders(Map.of("adminRole", ADMIN_ROLE, "gatewayRole", GATEWAY_ROLE))
                .load()
                .migrate();
        try (Connection connection =
                DriverManager.getConnection(owner.jdbc(), owner.user(), owner.password())) {
            letLogIn(connection, ADMIN_ROLE, adminPassword);
            letLogIn(connection, GATEWAY_ROLE, gatewayPassword);
        } catch (SQLException failed) {
            throw new IllegalStateException("Could not give the database roles a login", failed);
        }
    }

    /// A role statement takes no parameters, so the server itself quotes the password.
    private static void letLogIn(Connection connection, String role, String password)
            throws SQLException {
        String statement;
        try (PreparedStatement quote = connection.prepareStatement(ROLE_LOGIN)) {
            quote.setString(1, role);
            quote.setString(2, password);
            try (var quoted = quote.executeQuery()) {
                quoted.next();
                statement = quoted.getString(1);
            }
        }
        try (var alter = connection.createStatement()) {
            alter.execute(statement);
        }
    }
}
