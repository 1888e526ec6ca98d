package io.weir.admin.database;

import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.postgres.Schema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// @param url with the owner's login, who brings the schema up to date at start
/// @param adminPassword of the role this application works as
/// @param gatewayPassword of the role the gateways work as
/// @param poolSize most connections open at once
@ConfigurationProperties("weir.database")
public record DatabaseSettings(
        String url, String adminPassword, String gatewayPassword, int poolSize) {

    /// The database as this application works with it.
    DatabaseUrl own() {
        return DatabaseUrl.parse(url).as(Schema.ADMIN_ROLE, adminPassword);
    }

    /// A connection for work of our own at the start, before anything is served. It blocks.
    public Connection connect() throws SQLException {
        var own = own();
        Connection connection = DriverManager.getConnection(own.jdbc(), own.user(), own.password());
        connection.setSchema("weir");
        try (var statement = connection.createStatement()) {
            statement.execute("SET weir.reseller = '*'");
        }
        return connection;
    }

    void migrate() {
        Schema.migrate(DatabaseUrl.parse(url), adminPassword, gatewayPassword);
    }

    /// Records print their components, and these are secrets.
    @Override
    public String toString() {
        return "DatabaseSettings[poolSize=" + poolSize + "]";
    }
}
