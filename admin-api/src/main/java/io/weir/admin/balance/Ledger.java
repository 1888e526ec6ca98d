package io.weir.admin.balance;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Listing;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// The record of all that moved money, to read.
@Component
class Ledger {

    /// Each side has an index in the order of positions, of which no more than a page is read.
    private static final String STATEMENT =
            """
            SELECT e.position, e.transaction, e.kind, e.amount, e.currency, e.booked_at, other.key_id,
                   first.booked_at AS begun_at
              FROM account own CROSS JOIN LATERAL (
                       (SELECT position, transaction, kind, amount, currency, booked_at, debit_account AS other
                          FROM ledger_entry WHERE credit_account = own.id AND position > $2
                           AND ($3::text IS NULL OR kind ILIKE $3) ORDER BY position LIMIT $4)
                       UNION ALL
                       (SELECT position, transaction, kind, -amount, currency, booked_at, credit_account
                          FROM ledger_entry WHERE debit_account = own.id AND position > $2
                           AND ($3::text IS NULL OR kind ILIKE $3) ORDER BY position LIMIT $4)) e
                   JOIN account other ON other.id = e.other
                   JOIN ledger_entry first ON first.position = e.transaction
             WHERE own.reseller_id = $1 AND own.kind = 'balance'
             ORDER BY e.position LIMIT $4
            """;

    private static final String PATIENCE = "SELECT set_config('statement_timeout', $1, true)";
    private static final String VERIFY = "SELECT * FROM verify_ledger()";

    private final DatabaseClient database;
    private final TransactionalOperator transaction;

    Ledger(DatabaseClient database, TransactionalOperator transaction) {
        this.database = database;
        this.transaction = transaction;
    }

    Mono<List<Entry>> statement(UUID reseller, Listing listing) {
        return database.sql(STATEMENT)
                .bind(0, reseller)
                .bind(1, Entry.position(listing.after()))
                .bind(2, Values.orNull(String.class, listing.like()))
                .bind(3, listing.limit() + 1)
                .map(row -> entry(reseller, row))
                .all()
                .collectList();
    }

    /// @param longest it may take
    Mono<Verification> verify(Duration longest) {
        return database.sql(PATIENCE)
                .bind(0, longest.toMillis() + "ms")
                .fetch()
                .first()
                .then(Mono.defer(() -> database.sql(VERIFY).map(Ledger::verification).one()))
                .as(transaction::transactional);
    }

    private static Entry entry(UUID reseller, Readable row) {
        Instant bookedAt = Values.instant(row, "booked_at");
        return new Entry(
                Entry.id(Values.get(row, "position", Long.class), bookedAt),
                Entry.id(
                        Values.get(row, "transaction", Long.class),
                        Values.instant(row, "begun_at")),
                reseller,
                Values.orNull(row, "key_id", UUID.class),
                Values.get(row, "kind", String.class),
                Values.get(row, "amount", Long.class),
                Values.get(row, "currency", String.class),
                bookedAt);
    }

    private static Verification verification(Readable row) {
        return new Verification(
                Values.get(row, "verified", Boolean.class),
                Values.get(row, "accounts", Long.class),
                Values.get(row, "entries", Long.class),
                HexFormat.of().formatHex(Values.get(row, "head", byte[].class)));
    }
}
