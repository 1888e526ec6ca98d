package io.weir.admin.key;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Revision;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import io.weir.quota.subject.SubjectKind;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Keys {

    private static final String ROWS =
            """
            SELECT * FROM (
                SELECT *, CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
                               WHEN expires_at <= now() THEN 'expired'
                               ELSE 'active' END AS status FROM key) k
            """;
    private static final String FIND = ROWS + "WHERE id = $1";
    private static final String FILTER =
            """
              AND id > $2 AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR label ILIKE $4)
            ORDER BY id LIMIT $5
            """;
    private static final String LIST_OF_CLIENT = ROWS + "WHERE client_id = $1" + FILTER;
    private static final String LIST_OF_RESELLER =
            ROWS + "WHERE reseller_id = $1 AND client_id IS NULL" + FILTER;
    private static final String LOCK = "SELECT id FROM key WHERE id = $1 FOR UPDATE";
    private static final String INSERT =
            """
            INSERT INTO key (label, requests_per_minute, concurrent_requests, expires_at, id, reseller_id, client_id, prefix, last_four)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;
    private static final String INSERT_CREDENTIAL =
            "INSERT INTO credential (hash, key_id) VALUES ($1, $2)";
    private static final String UPDATE =
            """
            UPDATE key SET label = $1, requests_per_minute = $2, concurrent_requests = $3, expires_at = $4,
                   revision = revision + 1 WHERE id = $5
            """;
    private static final String REVOKE =
            """
            UPDATE key SET revoked_at = now(), revision = revision + 1
             WHERE id = $1 AND revoked_at IS NULL
            """;
    private static final String DELETE = "DELETE FROM key WHERE id = $1";

    private final DatabaseClient database;
    private final Changes changes;
    private final Owners owners;
    private final Pepper pepper;

    Keys(DatabaseClient database, Changes changes, Owners owners, Pepper pepper) {
        this.database = database;
        this.changes = changes;
        this.owners = owners;
        this.pepper = pepper;
    }

    Mono<Key> find(UUID id) {
        return database.sql(FIND)
                .bind(0, id)
                .map(Keys::key)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<List<Key>> list(SubjectKind owner, UUID id, Listing listing) {
        var keys =
                database.sql(owner == SubjectKind.CLIENT ? LIST_OF_CLIENT : LIST_OF_RESELLER)
                        .bind(0, id)
                        .bind(1, listing.after())
                        .bind(2, Values.orNull(String.class, listing.status()))
                        .bind(3, Values.orNull(String.class, listing.like()))
                        .bind(4, listing.limit() + 1)
                        .map(Keys::key)
                        .all()
                        .collectList();
        return owners.find(owner, id).then(keys);
    }

    Mono<Key> create(SubjectKind owner, UUID ownerId, Terms terms, Secret secret) {
        UUID id = Ids.next();
        @Nullable UUID client = owner == SubjectKind.CLIENT ? ownerId : null;
        var work =
                owners.open(owner, ownerId)
                        .flatMap(
                                open ->
                                        with(database.sql(INSERT), terms)
                                                .bind(4, id)
                                                .bind(5, open.resellerId())
                                                .bind(6, Values.orNull(UUID.class, client))
                                                .bind(7, secret.prefix())
                                                .bind(8, secret.lastFour())
                                                .fetch()
                                                .rowsUpdated())
                        .then(Mono.defer(() -> store(id, secret)))
                        .thenReturn(List.of(id));
        return changes.make("key", "create", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Key> edit(UUID id, Revision expected, Function<Terms, Terms> edit) {
        var work =
                locked(id)
                        .flatMap(
                                key -> {
                                    expected.require(key.revision());
                                    var update = database.sql(UPDATE);
                                    return with(update, edit.apply(key.terms()))
                                            .bind(4, id)
                                            .fetch()
                                            .rowsUpdated();
                                })
                        .thenReturn(List.of(id));
        return changes.make("key", "edit", work).then(Mono.defer(() -> find(id)));
    }

    /// For good. Its credential stays, so that whoever still uses it is told what happened.
    Mono<Key> revoke(UUID id) {
        var work =
                locked(id)
                        .flatMap(_ -> database.sql(REVOKE).bind(0, id).fetch().rowsUpdated())
                        .thenReturn(List.of(id));
        return changes.make("key", "revoke", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Void> delete(UUID id, Revision expected) {
        var work =
                locked(id)
                        .doOnNext(key -> expected.require(key.revision()))
                        .flatMap(_ -> database.sql(DELETE).bind(0, id).fetch().rowsUpdated())
                        .thenReturn(List.of(id));
        return changes.make("key", "delete", work);
    }

    private Mono<Long> store(UUID key, Secret secret) {
        return database.sql(INSERT_CREDENTIAL)
                .bind(0, pepper.hash(secret))
                .bind(1, key)
                .fetch()
                .rowsUpdated();
    }

    private Mono<Key> locked(UUID id) {
        return database.sql(LOCK).bind(0, id).fetch().first().then(Mono.defer(() -> find(id)));
    }

    private static GenericExecuteSpec with(GenericExecuteSpec statement, Terms terms) {
        return statement
                .bind(0, terms.label())
                .bind(1, Values.orNull(Long.class, terms.requestsPerMinute()))
                .bind(2, Values.orNull(Long.class, terms.concurrentRequests()))
                .bind(3, Values.orNull(terms.expiresAt()));
    }

    private static Key key(Readable row) {
        var terms =
                new Terms(
                        Values.get(row, "label", String.class),
                        Values.orNull(row, "requests_per_minute", Long.class),
                        Values.orNull(row, "concurrent_requests", Long.class),
                        Values.instantOrNull(row, "expires_at"));
        return new Key(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                Values.orNull(row, "client_id", UUID.class),
                terms,
                Values.get(row, "prefix", String.class),
                Values.get(row, "last_four", String.class),
                Values.get(row, "status", String.class),
                Values.instantOrNull(row, "revoked_at"),
                Values.get(row, "revision", Long.class),
                Values.instant(row, "created_at"));
    }
}
