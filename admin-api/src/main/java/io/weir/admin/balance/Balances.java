package io.weir.admin.balance;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Refusals;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Balances {

    private static final String FIND =
            """
            SELECT r.currency, coalesce(a.balance, 0) AS balance, coalesce(a.reserved, 0) AS reserved
              FROM reseller r LEFT JOIN account a
                   ON a.reseller_id = r.id AND a.kind = 'balance' AND a.key_id IS NULL AND a.currency = r.currency
             WHERE r.id = $1
            """;
    private static final String TOP_UP = "SELECT * FROM top_up($1, $2)";

    private final DatabaseClient database;
    private final Changes changes;

    Balances(DatabaseClient database, Changes changes) {
        this.database = database;
        this.changes = changes;
    }

    Mono<Balance> find(UUID reseller) {
        return database.sql(FIND)
                .bind(0, reseller)
                .map(row -> balance(reseller, row))
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<TopUp> topUp(UUID reseller, long amount) {
        var work =
                database.sql(TOP_UP)
                        .bind(0, reseller)
                        .bind(1, amount)
                        .map(row -> topUp(reseller, amount, row))
                        .one()
                        .onErrorMap(Balances::refusal);
        return changes.make("balance", "top-up", work, _ -> List.of());
    }

    private static Throwable refusal(Throwable failure) {
        return switch (Refusals.state(failure)) {
            case Refusals.NOTHING_THERE -> Problem.notFound();
            case Refusals.OUT_OF_RANGE, Refusals.CHECK ->
                    Problem.invalid(
                            "/amount", "range", "This is more than the ledger can hold of it.");
            default -> failure;
        };
    }

    private static TopUp topUp(UUID reseller, long amount, Readable row) {
        Instant bookedAt = Values.instant(row, "booked_at");
        UUID entry = Entry.id(Values.get(row, "entry", Long.class), bookedAt);
        return new TopUp(entry, amount, balance(reseller, row), bookedAt);
    }

    private static Balance balance(UUID reseller, Readable row) {
        return new Balance(
                reseller,
                Values.get(row, "currency", String.class),
                Values.get(row, "balance", Long.class),
                Values.get(row, "reserved", Long.class));
    }
}
