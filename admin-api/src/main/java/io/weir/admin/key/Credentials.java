package io.weir.admin.key;

import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The secrets of keys: one that is in use, and for a while the one it replaced. No more than that,
/// whatever happens: the older of two that were replaced ends with the second replacement.
@Component
class Credentials {

    private static final String INSERT = "INSERT INTO credential (hash, key_id) VALUES ($1, $2)";
    private static final String END_REPLACED =
            "DELETE FROM credential WHERE key_id = $1 AND expires_at IS NOT NULL";
    private static final String END_ALL = "DELETE FROM credential WHERE key_id = $1";

    /// In whole milliseconds, as the gateways tell the time.
    private static final String KEEP =
            """
            UPDATE credential c SET prefix = k.prefix, last_four = k.last_four,
                   expires_at = date_trunc('milliseconds', now() + $2 * interval '1 second')
              FROM key k WHERE k.id = c.key_id AND c.key_id = $1
            """;

    private static final String SHOW =
            """
            UPDATE key SET prefix = $2, last_four = $3, revision = revision + 1 WHERE id = $1
            """;

    /// Long after the last gateway has noticed, however wrong its clock.
    private static final String SWEEP =
            """
            DELETE FROM credential WHERE hash IN (
                SELECT hash FROM credential WHERE expires_at < now() - interval '1 day'
                 ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED)
            """;

    private final DatabaseClient database;
    private final Pepper pepper;

    Credentials(DatabaseClient database, Pepper pepper) {
        this.database = database;
        this.pepper = pepper;
    }

    /// The first secret of a key. Whoever adds one takes some away that ended long ago, so that
    /// there are never many of these.
    Mono<Long> add(UUID key, Secret secret) {
        return database.sql(INSERT)
                .bind(0, pepper.hash(secret))
                .bind(1, key)
                .fetch()
                .rowsUpdated()
                .then(Mono.defer(() -> database.sql(SWEEP).fetch().rowsUpdated()));
    }

    /// Puts another secret in its place, which works on so long.
    Mono<Long> replace(UUID key, Secret secret, long graceSeconds) {
        return retire(key, graceSeconds)
                .then(Mono.defer(() -> add(key, secret)))
                .then(Mono.defer(() -> show(key, secret)));
    }

    private Mono<Long> retire(UUID key, long graceSeconds) {
        if (graceSeconds == 0) {
            return database.sql(END_ALL).bind(0, key).fetch().rowsUpdated();
        }
        var kept = database.sql(KEEP).bind(0, key).bind(1, graceSeconds).fetch().rowsUpdated();
        return database.sql(END_REPLACED).bind(0, key).fetch().rowsUpdated().then(kept);
    }

    private Mono<Long> show(UUID key, Secret secret) {
        return database.sql(SHOW)
                .bind(0, key)
                .bind(1, secret.prefix())
                .bind(2, secret.lastFour())
                .fetch()
                .rowsUpdated();
    }
}
