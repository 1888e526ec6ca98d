package io.weir.admin.idempotency;

import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import java.util.Optional;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Answers of the last 24 hours, all in the caller's transaction.
@Component
class Answers {

    private static final String LOCK = "SELECT pg_try_advisory_xact_lock($1) AS locked";
    private static final String FIND =
            """
            SELECT sealed FROM idempotency_answer
             WHERE id = $1 AND reseller_id IS NOT DISTINCT FROM $2
               AND created_at > now() - interval '24 hours'
            """;
    private static final String STORE =
            """
            INSERT INTO idempotency_answer (id, reseller_id, sealed) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at
            """;

    /// More than come in, so that they get fewer; few enough not to be felt.
    private static final String FORGET =
            """
            DELETE FROM idempotency_answer WHERE id IN (
                SELECT id FROM idempotency_answer WHERE created_at <= now() - interval '24 hours'
                 ORDER BY created_at LIMIT 20 FOR UPDATE SKIP LOCKED)
            """;

    private final DatabaseClient database;
    private final Seal seal;

    Answers(DatabaseClient database, Seal seal) {
        this.database = database;
        this.seal = seal;
    }

    /// What was answered before, if anything was; until the end of the transaction nobody else asks
    /// the same.
    Mono<Optional<Answer>> claim(Asked asked) {
        return database.sql(LOCK)
                .bind(0, asked.lock())
                .map(row -> Values.get(row, "locked", Boolean.class))
                .one()
                .flatMap(locked -> locked ? find(asked) : Mono.error(stillRunning()));
    }

    Mono<Void> store(Asked asked, Answer answer) {
        return database.sql(STORE)
                .bind(0, asked.idBytes())
                .bind(1, Values.orNull(UUID.class, asked.reseller()))
                .bind(2, seal.close(asked, answer.encode()))
                .fetch()
                .rowsUpdated()
                .then(Mono.defer(() -> database.sql(FORGET).fetch().rowsUpdated()))
                .then();
    }

    private Mono<Optional<Answer>> find(Asked asked) {
        return database.sql(FIND)
                .bind(0, asked.idBytes())
                .bind(1, Values.orNull(UUID.class, asked.reseller()))
                .map(row -> Values.get(row, "sealed", byte[].class))
                .one()
                .map(stored -> Optional.of(open(asked, stored)))
                .defaultIfEmpty(Optional.empty());
    }

    private Answer open(Asked asked, byte[] stored) {
        return seal.open(asked, stored).map(Answer::decode).orElseThrow(Answers::unreadable);
    }

    private static Problem stillRunning() {
        return Problem.conflict(
                        "idempotency-key-in-use",
                        "A request with this Idempotency-Key is still running.")
                .with("Retry-After", "1");
    }

    private static Problem unreadable() {
        return Problem.conflict(
                "answer-unreadable",
                "This was done before, and what was answered can no longer be read.");
    }
}
