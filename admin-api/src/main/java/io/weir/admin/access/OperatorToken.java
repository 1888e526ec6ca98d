package io.weir.admin.access;

import com.github.f4b6a3.uuid.UuidCreator;
import io.r2dbc.pool.ConnectionPool;
import io.weir.admin.database.DatabaseSettings;
import io.weir.admin.database.OwnWork;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/// Sees to it, before anything is served, that an operator can get in: by the token of the
/// settings, or by one made up at the first start and shown then, and only then.
@Component
final class OperatorToken implements SmartInitializingSingleton {

    private static final String EXISTS =
            """
            SELECT EXISTS (SELECT FROM token WHERE role = 'operator' AND revoked_at IS NULL)
            """;
    private static final String INSERT =
            """
            INSERT INTO token (id, name, role, scopes, hash, prefix)
            VALUES (?, 'first operator', 'operator', '{*}', ?, ?)
            ON CONFLICT (hash) DO NOTHING
            """;

    private final AccessSettings settings;
    private final DatabaseSettings database;
    private final Pepper pepper;
    private final SecureRandom random;

    /// @param schemaIsThere the pool, which comes after the migration
    OperatorToken(
            AccessSettings settings,
            DatabaseSettings database,
            Pepper pepper,
            SecureRandom random,
            ConnectionPool schemaIsThere) {
        this.settings = settings;
        this.database = database;
        this.pepper = pepper;
        this.random = random;
    }

    @Override
    public void afterSingletonsInstantiated() {
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            if (!settings.adminToken().isEmpty()) {
                insert(connection, given());
            } else if (!exists(connection)) {
                Secret made = Secret.generate(Secret.Kind.TOKEN, random);
                insert(connection, made);
                System.out.println("Operator token, shown only now: " + made.reveal());
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("Could not store the operator token", failed);
        }
    }

    private Secret given() {
        Optional<Secret> token = Secret.parse(Secret.Kind.TOKEN, settings.adminToken());
        return token.orElseThrow(
                () -> new IllegalArgumentException("WEIR_ADMIN_TOKEN is no token of ours"));
    }

    private static boolean exists(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(EXISTS)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private void insert(Connection connection, Secret token) throws SQLException {
        try (var statement = connection.prepareStatement(INSERT)) {
            statement.setObject(1, UuidCreator.getTimeOrderedEpoch());
            statement.setBytes(2, pepper.hash(token));
            statement.setString(3, token.prefix());
            statement.executeUpdate();
        }
        OwnWork.commit(connection, UuidCreator.getTimeOrderedEpoch(), "token", "create");
    }
}
