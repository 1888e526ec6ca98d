package io.weir.admin.balance;

import io.r2dbc.pool.ConnectionPool;
import io.weir.admin.database.DatabaseSettings;
import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/// Puts the tiers of the settings into the database, which books by them, before anything is
/// served. What was booked by others stays as it is.
@Component
final class ReferralTiers implements SmartInitializingSingleton {

    private static final String CLEAR = "DELETE FROM referral_tier";
    private static final String INSERT =
            "INSERT INTO referral_tier (from_nanos, percent) VALUES (? * 1000000000, ?)";

    private final LedgerSettings settings;
    private final DatabaseSettings database;

    /// @param schemaIsThere the pool, which comes after the migration
    ReferralTiers(
            LedgerSettings settings, DatabaseSettings database, ConnectionPool schemaIsThere) {
        this.settings = settings;
        this.database = database;
    }

    @Override
    public void afterSingletonsInstantiated() {
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            replace(connection);
            connection.commit();
        } catch (SQLException failed) {
            throw new IllegalStateException("Could not store the referral tiers", failed);
        }
    }

    private void replace(Connection connection) throws SQLException {
        try (var clear = connection.prepareStatement(CLEAR);
                var insert = connection.prepareStatement(INSERT)) {
            clear.executeUpdate();
            for (var tier : settings.referralTiers().entrySet()) {
                insert.setLong(1, tier.getKey());
                insert.setInt(2, tier.getValue());
                insert.executeUpdate();
            }
        }
    }
}
