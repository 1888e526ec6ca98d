package io.weir.admin.transfer;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// The imports and what waits to be read of them.
@Component
class Imports {

    /// One attempt at an import. Its number is what later statements must still find.
    ///
    /// @param requestedBy the principal, as it is stored
    record Claim(
            UUID id, long attempt, UUID reseller, String requestedBy, boolean dryRun, Mode mode) {

        Principal by() {
            return JsonMapper.shared().readValue(requestedBy, Principal.class);
        }
    }

    private static final String FIND =
            "SELECT *, errors::text AS listed FROM client_import WHERE id = $1 AND status <> 'receiving'";
    private static final String RESELLER_EXISTS = "SELECT id FROM reseller WHERE id = $1";
    private static final String RECEIVE =
            """
            INSERT INTO client_import (id, reseller_id, requested_by, dry_run, mode)
            VALUES ($1, $2, $3::jsonb, $4, $5)
            """;
    private static final String ADD =
            "INSERT INTO client_import_chunk (client_import_id, number, content) VALUES ($1, $2, $3)";
    private static final String QUEUE =
            "UPDATE client_import SET status = 'queued', total = $2, revision = revision + 1 WHERE id = $1";
    private static final String DROP =
            "DELETE FROM client_import WHERE id = $1 AND status = 'receiving'";

    /// What nobody has worked at for so long was left by a process that died.
    private static final String CLAIM =
            """
            WITH next AS MATERIALIZED (
                SELECT id FROM client_import
                 WHERE status = 'queued' OR (status = 'running' AND claimed_until < now())
                 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
            UPDATE client_import SET status = 'running', attempt = attempt + 1, processed = 0,
                   claimed_until = now() + interval '15 s', revision = revision + 1
             WHERE id IN (SELECT id FROM next)
            RETURNING id, attempt, reseller_id, requested_by::text AS principal, dry_run, mode
            """;

    private static final String CHUNKS =
            "SELECT content FROM client_import_chunk WHERE client_import_id = $1 ORDER BY number";
    private static final String COUNTS =
            """
            total = $3, processed = $4, created = $5, updated = $6, unchanged = $7, skipped = $8,
                   error_count = $9, revision = revision + 1
            """;
    private static final String PROGRESS =
            "UPDATE client_import SET claimed_until = now() + interval '15 s', "
                    + COUNTS
                    + " WHERE id = $1 AND attempt = $2 AND status = 'running'";
    private static final String FINISH =
            "WITH finished AS (UPDATE client_import SET status = $10, errors = $11::jsonb, finished_at = now(), "
                    + COUNTS
                    + " WHERE id = $1 AND attempt = $2 AND status = 'running' RETURNING id)"
                    + " DELETE FROM client_import_chunk WHERE client_import_id IN (SELECT id FROM finished)";
    private static final String TIDY =
            """
            DELETE FROM client_import
             WHERE (status = 'receiving' AND created_at < now() - interval '1 h')
                OR (finished_at IS NOT NULL AND created_at < now() - interval '30 d')
            """;

    private final DatabaseClient database;
    private final TransactionalOperator apart;

    Imports(DatabaseClient database, ReactiveTransactionManager transactions) {
        this.database = database;
        this.apart =
                TransactionalOperator.create(
                        transactions,
                        new DefaultTransactionDefinition(
                                TransactionDefinition.PROPAGATION_REQUIRES_NEW));
    }

    Mono<Import> find(UUID id) {
        return database.sql(FIND)
                .bind(0, id)
                .map(Imports::found)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    /// Begins an upload.
    Mono<UUID> receive(Order order) {
        UUID id = Ids.next();
        return database.sql(RESELLER_EXISTS)
                .bind(0, order.reseller())
                .fetch()
                .first()
                .switchIfEmpty(Mono.error(Problem::notFound))
                .then(
                        database.sql(RECEIVE)
                                .bind(0, id)
                                .bind(1, order.reseller())
                                .bind(2, JsonMapper.shared().writeValueAsString(order.by()))
                                .bind(3, order.dryRun())
                                .bind(4, order.mode().word())
                                .fetch()
                                .rowsUpdated())
                .thenReturn(id);
    }

    Mono<Void> add(UUID id, long number, byte[] content) {
        return done(database.sql(ADD).bind(0, id).bind(1, number).bind(2, content));
    }

    /// Ends an upload.
    Mono<Void> queue(UUID id, long rows) {
        return done(database.sql(QUEUE).bind(0, id).bind(1, rows));
    }

    /// Unless its upload ended and it was queued.
    Mono<Void> drop(UUID id) {
        return done(database.sql(DROP).bind(0, id));
    }

    /// The next import that nobody works at, if there is one.
    Mono<Claim> claim() {
        return database.sql(CLAIM).map(Imports::claimed).one();
    }

    Mono<List<byte[]>> content(Claim claim) {
        return database.sql(CHUNKS)
                .bind(0, claim.id())
                .map(row -> Values.get(row, "content", byte[].class))
                .all()
                .collectList();
    }

    /// Seen by others at once, whatever the caller's transaction does.
    Mono<Void> progress(Claim claim, Import.Counts counts) {
        return done(with(database.sql(PROGRESS), claim, counts)).as(apart::transactional);
    }

    /// In the caller's transaction, so that the end and the effect are there together or not at
    /// all. It fails if another attempt was made meanwhile.
    Mono<Void> finish(Claim claim, String status, Import.Counts counts, List<RowError> errors) {
        return with(database.sql(FINISH), claim, counts)
                .bind(9, status)
                .bind(10, JsonMapper.shared().writeValueAsString(errors))
                .fetch()
                .rowsUpdated()
                .filter(chunks -> chunks > 0)
                .switchIfEmpty(
                        Mono.error(() -> new IllegalStateException("Another attempt was made")))
                .then();
    }

    Mono<Void> tidy() {
        return done(database.sql(TIDY));
    }

    private static Mono<Void> done(GenericExecuteSpec statement) {
        return statement.fetch().rowsUpdated().then();
    }

    private static GenericExecuteSpec with(
            GenericExecuteSpec statement, Claim claim, Import.Counts counts) {
        return statement
                .bind(0, claim.id())
                .bind(1, claim.attempt())
                .bind(2, counts.total())
                .bind(3, counts.processed())
                .bind(4, counts.created())
                .bind(5, counts.updated())
                .bind(6, counts.unchanged())
                .bind(7, counts.skipped())
                .bind(8, counts.errorCount());
    }

    private static Claim claimed(Readable row) {
        return new Claim(
                Values.get(row, "id", UUID.class),
                Values.get(row, "attempt", Long.class),
                Values.get(row, "reseller_id", UUID.class),
                Values.get(row, "principal", String.class),
                Values.get(row, "dry_run", Boolean.class),
                Mode.of(Values.get(row, "mode", String.class)));
    }

    private static Import found(Readable row) {
        return new Import(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                Values.get(row, "dry_run", Boolean.class),
                Values.get(row, "mode", String.class),
                Values.get(row, "status", String.class),
                new Import.Counts(
                        Values.get(row, "total", Long.class),
                        Values.get(row, "processed", Long.class),
                        Values.get(row, "created", Long.class),
                        Values.get(row, "updated", Long.class),
                        Values.get(row, "unchanged", Long.class),
                        Values.get(row, "skipped", Long.class),
                        Values.get(row, "error_count", Long.class)),
                Arrays.asList(
                        JsonMapper.shared()
                                .readValue(
                                        Values.get(row, "listed", String.class), RowError[].class)),
                Values.get(row, "revision", Long.class),
                Values.instant(row, "created_at"),
                Values.instantOrNull(row, "finished_at"));
    }
}
