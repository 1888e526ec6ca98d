package io.weir.admin.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/// What is changed before anything is served, when nobody asks yet: in the audit log it is our own.
public final class OwnWork {

    private static final String AUDIT =
            "SELECT weir.audit(?, NULL, 'weir', 'system', NULL, ?, ?, NULL, '')";

    private OwnWork() {}

    /// Ends a transaction. One that changed nothing leaves no entry.
    public static void commit(Connection connection, UUID entry, String resource, String action)
            throws SQLException {
        try (var statement = connection.prepareStatement(AUDIT)) {
            statement.setObject(1, entry);
            statement.setString(2, resource);
            statement.setString(3, action);
            statement.execute();
        }
        connection.commit();
    }
}
