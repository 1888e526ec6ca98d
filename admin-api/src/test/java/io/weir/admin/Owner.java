package io.weir.admin;

import io.weir.quota.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The owner of a database, who asks it much: connections are kept, as each takes longer to open
/// than most answers.
final class Owner {

    private static final int ALIVE_SECONDS = 5;

    private final DatabaseUrl url;
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

    Owner(DatabaseUrl url) {
        this.url = url;
    }

    /// The first column of what a statement finds.
    List<String> rows(String sql) {
        try {
            Connection connection = connection();
            try (var statement = connection.createStatement()) {
                List<String> rows = rows(statement, sql);
                statement.execute("DISCARD ALL");
                idle.add(connection);
                return rows;
            } catch (SQLException failed) {
                connection.close();
                throw failed;
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    private static List<String> rows(Statement statement, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        if (statement.execute(sql)) {
            try (var result = statement.getResultSet()) {
                while (result.next()) {
                    rows.add(String.valueOf(result.getString(1)));
                }
            }
        }
        return rows;
    }

    private Connection connection() throws SQLException {
        for (@Nullable Connection kept = idle.poll(); kept != null; kept = idle.poll()) {
            if (kept.isValid(ALIVE_SECONDS)) {
                return kept;
            }
            kept.close();
        }
        return DriverManager.getConnection(url.jdbc(), url.user(), url.password());
    }
}
