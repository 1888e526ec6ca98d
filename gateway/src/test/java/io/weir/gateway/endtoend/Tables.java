package io.weir.gateway.endtoend;

import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.subject.Subject;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
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
    private static final String CHANGES =
            "SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint"
                    + " FROM weir.configuration_change WHERE subject = ? ORDER BY version";
    private static final String AUDIT_ENTRIES =
            "SELECT count(*) FROM weir.audit_entry WHERE actor_role <> 'system'";

    /// Each is made once and each change of it raises its revision by one.
    private static final String AUDITED =
            """
            WITH made (subject, resource, revision) AS (
                SELECT 'rsl_' || id, 'reseller', revision FROM weir.reseller
                UNION ALL SELECT 'cli_' || id, 'client', revision FROM weir.client
                UNION ALL SELECT 'key_' || id, 'key', revision FROM weir.key)
            """;

    private static final String EFFECTS = AUDITED + "SELECT sum(revision) FROM made";
    private static final String UNAUDITED =
            AUDITED
                    + """
                    SELECT count(*) FROM made m WHERE revision <> (
                        SELECT count(*) FROM weir.audit_entry e
                         WHERE e.resource = m.resource AND e.subjects @> ARRAY[m.subject])
                    """;
    private static final String END =
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = ?";

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

    /// What somebody did.
    long auditEntries() {
        return number(AUDIT_ENTRIES);
    }

    /// How many things were made and changed.
    long effects() {
        return number(EFFECTS);
    }

    /// Things whose entries are not as many as their changes.
    long unauditedEffects() {
        return number(UNAUDITED);
    }

    /// As if the server had ended them.
    void endConnectionsOf(String role) {
        number(END, role);
    }

    /// When the transactions were committed that changed a subject, once [Database#timeCommits] was
    /// asked for that.
    List<Instant> changes(String subject) {
        return numbers(CHANGES, uuid(subject)).stream()
                .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
                .toList();
    }

    private static UUID uuid(String subject) {
        return Subject.parse(subject).orElseThrow().id();
    }

    private long number(String sql, Object... parameters) {
        return numbers(sql, parameters).getFirst();
    }

    private List<Long> numbers(String sql, Object... parameters) {
        try (var connection = DriverManager.getConnection(jdbc, owner.user(), owner.password());
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (var result = statement.executeQuery()) {
                List<Long> numbers = new ArrayList<>();
                while (result.next()) {
                    numbers.add(result.getLong(1));
                }
                return numbers;
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
