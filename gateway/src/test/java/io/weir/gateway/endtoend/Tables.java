package io.weir.gateway.endtoend;

import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.subject.Subject;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;

/// What was written down, as its owner reads it.
final class Tables {

    private static final String USED =
            "SELECT coalesce(sum(used), 0) FROM weir.counter WHERE subject = ? AND policy = ?";
    private static final String LEASED =
            "SELECT coalesce(sum(leased), 0) FROM weir.counter WHERE subject = ? AND policy = ?";
    private static final String FORFEITED =
            "SELECT coalesce(sum(forfeited), 0) FROM weir.counter"
                    + " WHERE subject = ? AND policy = ?";
    private static final String FORFEITS =
            "SELECT coalesce(sum(units), 0) FROM weir.forfeit WHERE subject = ? AND policy = ?";
    private static final String HELD =
            "SELECT coalesce(sum(held), 0) FROM weir.lease JOIN weir.node ON node.id = node"
                    + " WHERE name = ? AND subject = ? AND policy = ?";
    private static final String BUSY =
            "SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'weir_%' AND state <> 'idle'";
    private static final String USAGE =
            "SELECT coalesce(sum(requests), 0) FROM weir.usage_minute"
                    + " WHERE key_id = ? AND outcome <> 'refused'";

    private final String jdbc;
    private final DatabaseUrl owner;

    Tables(DatabaseUrl owner) {
        this.owner = owner;
        this.jdbc =
                "jdbc:postgresql://%s:%d/%s"
                        .formatted(owner.host(), owner.port(), owner.database());
    }

    /// What a counter's policy of a subject, such as `monthly` of a client, says was used.
    long used(String subject, String policy) {
        return number(USED, uuid(subject), policy);
    }

    /// What all gateways together hold of a counter.
    long leased(String subject, String policy) {
        return number(LEASED, uuid(subject), policy);
    }

    /// What one gateway holds of a counter.
    long held(String node, String subject, String policy) {
        return number(HELD, node, uuid(subject), policy);
    }

    /// What lost gateways held of a counter, over which nobody has decided.
    long forfeited(String subject, String policy) {
        return number(FORFEITED, uuid(subject), policy);
    }

    /// The same, as the single forfeits of it say.
    long forfeits(String subject, String policy) {
        return number(FORFEITS, uuid(subject), policy);
    }

    /// How many requests of a key went to the upstream.
    long forwarded(String key) {
        return number(USAGE, uuid(key));
    }

    /// Connections of the gateways and the admin API that are in the middle of something.
    long busyConnections() {
        return number(BUSY);
    }

    private static UUID uuid(String subject) {
        return Subject.parse(subject).orElseThrow().id();
    }

    private long number(String sql, Object... parameters) {
        try (var connection = DriverManager.getConnection(jdbc, owner.user(), owner.password());
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (var result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
