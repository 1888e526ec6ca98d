package io.weir.admin.transfer;

import io.weir.admin.allocation.Portions;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.transfer.Imports.Claim;
import io.weir.quota.subject.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// One attempt at an import: the file is read once to know what it holds, and once more in the
/// transaction that has the effect. That holds the reseller's lock, as every change of a portion
/// does, so that what is available can't change meanwhile.
@Component
class Importing {

    /// Rolls back what an atomic import did before it was found to be wrong.
    private static final class Rejected extends RuntimeException {

        private final transient Tally tally;

        Rejected(Tally tally) {
            super(null, null, false, false);
            this.tally = tally;
        }
    }

    /// @param right whether every row can be read
    private record Survey(long total, boolean right) {

        Survey with(Row row) {
            return new Survey(total + 1, right && row instanceof RightRow);
        }
    }

    /// The pool's connections give a statement less time than a thousand rows may need, or the
    /// reseller's lock.
    private static final String PATIENCE =
            """
            SELECT set_config('statement_timeout', '60s', true), set_config('lock_timeout', '10s', true)
            """;

    private static final String LOCK =
            "SELECT status FROM reseller WHERE id = $1 FOR NO KEY UPDATE";
    private static final int BATCH = 1000;
    private static final String DISABLED = "The reseller is disabled, and gets no more clients.";

    private final DatabaseClient database;
    private final Changes changes;
    private final TransactionalOperator transaction;
    private final Portions portions;
    private final Imports imports;
    private final Roster roster;

    Importing(
            DatabaseClient database,
            Changes changes,
            TransactionalOperator transaction,
            Portions portions,
            Imports imports,
            Roster roster) {
        this.database = database;
        this.changes = changes;
        this.transaction = transaction;
        this.portions = portions;
        this.imports = imports;
        this.roster = roster;
    }

    Mono<Void> attempt(Claim claim) {
        return imports.content(claim)
                .flatMap(
                        content ->
                                survey(content).flatMap(survey -> carryOut(claim, content, survey)))
                .then()
                .onErrorResume(Rejected.class, rejected -> reject(claim, rejected.tally))
                .contextWrite(context -> claim.by().in(context));
    }

    private Mono<Survey> survey(List<byte[]> content) {
        return Rows.of(content)
                .reduce(new Survey(0, true), Survey::with)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Mono<Tally> carryOut(Claim claim, List<byte[]> content, Survey survey) {
        boolean bound = claim.mode() == Mode.ATOMIC && !survey.right();
        boolean writes = !claim.dryRun() && !bound;
        Mono<Tally> work = work(claim, content, survey, writes);
        return writes
                ? changes.make("client", "import", work, tally -> changed(claim, tally))
                : transaction.transactional(work);
    }

    private Mono<Tally> work(Claim claim, List<byte[]> content, Survey survey, boolean writes) {
        return database.sql(PATIENCE)
                .fetch()
                .rowsUpdated()
                .then(lock(claim.reseller()))
                .flatMap(
                        status ->
                                portions.available(claim.reseller())
                                        .map(free -> tally(claim, survey, status, free)))
                .delayUntil(tally -> go(claim, content, tally, writes))
                .delayUntil(tally -> end(claim, tally, writes));
    }

    private Mono<Status> lock(UUID reseller) {
        return database.sql(LOCK)
                .bind(0, reseller)
                .map(row -> Status.of(Values.get(row, "status", String.class)))
                .one();
    }

    private static Tally tally(Claim claim, Survey survey, Status status, long free) {
        var tally = new Tally(survey.total(), claim.mode(), free);
        if (status == Status.DISABLED) {
            throw new Rejected(tally.refuse(new RowError(1, null, null, DISABLED)));
        }
        return tally;
    }

    /// The rows are read by a thread that may take its time.
    private Mono<Void> go(Claim claim, List<byte[]> content, Tally tally, boolean writes) {
        return Rows.of(content)
                .buffer(BATCH)
                .subscribeOn(Schedulers.boundedElastic())
                .concatMap(rows -> batch(claim, rows, tally, writes), 1)
                .then();
    }

    private Mono<Void> batch(Claim claim, List<Row> rows, Tally tally, boolean writes) {
        UUID reseller = claim.reseller();
        return roster.find(reseller, names(rows))
                .map(known -> tally.judge(rows, known))
                .filter(_ -> writes)
                .flatMap(
                        batch ->
                                roster.insert(reseller, batch.created())
                                        .then(roster.update(reseller, batch.updated())))
                .then(Mono.defer(() -> imports.progress(claim, tally.counts())));
    }

    private Mono<Void> end(Claim claim, Tally tally, boolean writes) {
        if (tally.isRejected()) {
            return Mono.error(new Rejected(tally));
        }
        return portions.change(claim.reseller(), 0, writes ? tally.taken() : 0)
                .then(
                        Mono.defer(
                                () ->
                                        imports.finish(
                                                claim,
                                                "completed",
                                                tally.counts(),
                                                tally.errors())));
    }

    private Mono<Void> reject(Claim claim, Tally tally) {
        return imports.finish(claim, "rejected", tally.rejected(), tally.errors());
    }

    /// A new client has no key yet, so no gateway knows it.
    private static Set<UUID> changed(Claim claim, Tally tally) {
        List<UUID> changed = new ArrayList<>(tally.updated());
        if (tally.taken() != 0) {
            changed.add(claim.reseller());
        }
        return Set.copyOf(changed);
    }

    private static List<String> names(List<Row> rows) {
        return rows.stream()
                .filter(RightRow.class::isInstance)
                .map(RightRow.class::cast)
                .map(row -> row.allocation().name())
                .toList();
    }
}
