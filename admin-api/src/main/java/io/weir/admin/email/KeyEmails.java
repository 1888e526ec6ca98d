package io.weir.admin.email;

import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Gateways know nothing of addresses: who holds the key spends its budget, whoever that is.
@Component
class KeyEmails {

    static final int MOST = 100;

    private static final String ROWS =
            "SELECT e.*, k.client_id FROM key_email e JOIN key k ON k.id = e.key_id ";
    private static final String FIND = ROWS + "WHERE e.id = $1";
    private static final String LIST =
            ROWS + "WHERE e.key_id = $1 AND e.id > $2 ORDER BY e.id LIMIT $3";
    private static final String KEY_EXISTS = "SELECT id FROM key WHERE id = $1";

    /// One after the other, so that the count holds.
    private static final String LOCK_KEY = KEY_EXISTS + " FOR NO KEY UPDATE";

    private static final String COUNT = "SELECT count(*) AS bound FROM key_email WHERE key_id = $1";
    private static final String INSERT =
            """
            INSERT INTO key_email (id, reseller_id, key_id, email)
            SELECT $1, k.reseller_id, k.id, $3 FROM key k WHERE k.id = $2
            """;
    private static final String DELETE =
            "DELETE FROM key_email WHERE key_id = $1 AND lower(email) = lower($2)";

    private final DatabaseClient database;
    private final Changes changes;

    KeyEmails(DatabaseClient database, Changes changes) {
        this.database = database;
        this.changes = changes;
    }

    Mono<List<KeyEmail>> list(UUID key, Listing listing) {
        var emails =
                database.sql(LIST)
                        .bind(0, key)
                        .bind(1, listing.after())
                        .bind(2, listing.limit() + 1)
                        .map(KeyEmail::of)
                        .all()
                        .collectList();
        return require(KEY_EXISTS, key).then(emails);
    }

    Mono<KeyEmail> bind(UUID key, String email) {
        UUID id = Ids.next();
        var work =
                require(LOCK_KEY, key)
                        .then(Mono.defer(() -> requireRoom(key)))
                        .then(Mono.defer(() -> insert(id, key, email)))
                        .onErrorMap(DuplicateKeyException.class, KeyEmails::isBound);
        return changes.makeSilently("key-email", "bind", work)
                .then(Mono.defer(() -> database.sql(FIND).bind(0, id).map(KeyEmail::of).one()));
    }

    Mono<Void> unbind(UUID key, String email) {
        var work =
                database.sql(DELETE)
                        .bind(0, key)
                        .bind(1, email)
                        .fetch()
                        .rowsUpdated()
                        .filter(deleted -> deleted > 0)
                        .switchIfEmpty(Mono.error(Problem::notFound));
        return changes.makeSilently("key-email", "unbind", work).then();
    }

    private Mono<Long> insert(UUID id, UUID key, String email) {
        return database.sql(INSERT).bind(0, id).bind(1, key).bind(2, email).fetch().rowsUpdated();
    }

    private Mono<Void> requireRoom(UUID key) {
        return database.sql(COUNT)
                .bind(0, key)
                .map(row -> Values.get(row, "bound", Long.class))
                .one()
                .filter(bound -> bound < MOST)
                .switchIfEmpty(Mono.error(KeyEmails::isFull))
                .then();
    }

    private Mono<Void> require(String statement, UUID key) {
        return database.sql(statement)
                .bind(0, key)
                .fetch()
                .first()
                .switchIfEmpty(Mono.error(Problem::notFound))
                .then();
    }

    private static Problem isFull() {
        return Problem.conflict(
                "too-many-emails", "This key has %d addresses, which is the most.".formatted(MOST));
    }

    private static Problem isBound(DuplicateKeyException duplicate) {
        return Problem.conflict("email-bound", "This address is bound to the key already.");
    }
}
