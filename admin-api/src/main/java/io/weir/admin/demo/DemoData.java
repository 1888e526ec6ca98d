package io.weir.admin.demo;

import com.github.f4b6a3.uuid.UuidCreator;
import io.r2dbc.pool.ConnectionPool;
import io.weir.admin.database.DatabaseSettings;
import io.weir.admin.database.OwnWork;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/// A reseller, a client, two keys and prices to try Weir with, made before anything is served. What
/// is there already stays as it is; a key whose secret changed in the settings gets the new one.
@Component
@ConditionalOnProperty("weir.demo.enabled")
final class DemoData implements SmartInitializingSingleton {

    private static final UUID RESELLER = UUID.fromString("01900000-0000-7000-8000-000000000001");
    private static final UUID CLIENT = UUID.fromString("01900000-0000-7000-8000-000000000002");
    private static final UUID KEY = UUID.fromString("01900000-0000-7000-8000-000000000003");
    private static final UUID LIMITED_KEY = UUID.fromString("01900000-0000-7000-8000-000000000004");

    private static final String INSERT_RESELLER =
            """
            INSERT INTO reseller (id, name, contact_email, monthly_quota, time_zone, currency, referral_code)
            VALUES (?, 'Demo reseller', 'reseller@demo.example', 1000000000, 'UTC', 'USD', 'DEMORESELL')
            ON CONFLICT DO NOTHING
            """;
    private static final String INSERT_CLIENT =
            """
            INSERT INTO client (id, reseller_id, name, contact_email, monthly_quota, rate_limit)
            VALUES (?, ?, 'Demo client', 'client@demo.example', 500000000, NULL)
            ON CONFLICT DO NOTHING
            """;
    private static final String TAKE_PORTION =
            "UPDATE reseller SET portions = portions + 500000000 WHERE id = ?";
    private static final String INSERT_KEY =
            """
            INSERT INTO key (id, reseller_id, client_id, label, prefix, last_four, requests_per_minute, concurrent_requests)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET prefix = excluded.prefix, last_four = excluded.last_four
            WHERE key.last_four <> excluded.last_four OR key.prefix <> excluded.prefix
            """;
    private static final String DROP_CREDENTIAL =
            "DELETE FROM credential WHERE key_id = ? AND hash <> ?";
    private static final String INSERT_CREDENTIAL =
            "INSERT INTO credential (hash, key_id) VALUES (?, ?) ON CONFLICT DO NOTHING";
    private static final String INSERT_PRICES =
            """
            INSERT INTO price (route, model, input, cache_read, cache_write_5m, cache_write_1h, output)
            SELECT '*', p.* FROM (VALUES
                   ('gpt-4o-mini', 150000000, 75000000, NULL::bigint, NULL::bigint, 600000000),
                   ('claude-sonnet-4-5', 3000000000, 300000000, 3750000000, 6000000000, 15000000000)) AS p
             WHERE NOT EXISTS (SELECT FROM price)
            """;
    private static final String TURN_PRICE_BOOK = "UPDATE price_book SET revision = revision + 1";
    private static final String ANNOUNCE = "SELECT configuration_changed(?)";

    private static final long GENEROUS_RATE = 600;
    private static final long GENEROUS_CONCURRENCY = 20;
    private static final long LIMITED_RATE = 3;
    private static final long LIMITED_CONCURRENCY = 5;

    private final DemoSettings settings;
    private final DatabaseSettings database;
    private final Pepper pepper;

    /// @param schemaIsThere the pool, which comes after the migration
    DemoData(
            DemoSettings settings,
            DatabaseSettings database,
            Pepper pepper,
            ConnectionPool schemaIsThere) {
        this.settings = settings;
        this.database = database;
        this.pepper = pepper;
    }

    @Override
    public void afterSingletonsInstantiated() {
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            fill(connection);
            OwnWork.commit(connection, UuidCreator.getTimeOrderedEpoch(), "demo", "create");
        } catch (SQLException failed) {
            throw new IllegalStateException("Could not store the demo data", failed);
        }
    }

    private void fill(Connection connection) throws SQLException {
        update(connection, INSERT_RESELLER, RESELLER);
        if (update(connection, INSERT_CLIENT, CLIENT, RESELLER) > 0) {
            update(connection, TAKE_PORTION, RESELLER);
        }
        if (!settings.key().isEmpty()) {
            key(connection, KEY, "Demo key", settings.key(), GENEROUS_RATE, GENEROUS_CONCURRENCY);
        }
        if (!settings.limitedKey().isEmpty()) {
            key(
                    connection,
                    LIMITED_KEY,
                    "Demo key, limited",
                    settings.limitedKey(),
                    LIMITED_RATE,
                    LIMITED_CONCURRENCY);
        }
        if (update(connection, INSERT_PRICES) > 0) {
            update(connection, TURN_PRICE_BOOK);
        }
        announce(connection);
    }

    private void key(
            Connection connection, UUID id, String label, String text, long rate, long concurrency)
            throws SQLException {
        Secret secret =
                Secret.parse(Secret.Kind.KEY, text)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                label + " is no secret of ours"));
        byte[] hash = pepper.hash(secret);
        update(
                connection,
                INSERT_KEY,
                id,
                RESELLER,
                CLIENT,
                label,
                secret.prefix(),
                secret.lastFour(),
                rate,
                concurrency);
        update(connection, DROP_CREDENTIAL, id, hash);
        update(connection, INSERT_CREDENTIAL, hash, id);
    }

    private static void announce(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(ANNOUNCE)) {
            var subjects = new Object[] {RESELLER, CLIENT, KEY, LIMITED_KEY};
            statement.setArray(1, connection.createArrayOf("uuid", subjects));
            statement.execute();
        }
    }

    private static int update(Connection connection, String sql, Object... values)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }
}
