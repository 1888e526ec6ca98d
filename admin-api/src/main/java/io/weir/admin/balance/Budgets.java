package io.weir.admin.balance;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Refusals;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import io.weir.quota.ledger.Budget;
import io.weir.quota.ledger.Ratio;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Budgets {

    private static final String FIND =
            """
            SELECT b.*, -sold.balance AS bought, least(-sold.balance, coalesce(c.used, 0)) AS spent
              FROM key k JOIN budget b ON b.key_id = k.id
                   JOIN account sold ON sold.key_id = k.id AND sold.kind = 'sold'
                   LEFT JOIN counter c ON c.subject = k.id AND c.policy = 'budget'
             WHERE k.id = $1
            """;
    private static final String TOP_UP = "SELECT * FROM top_up_budget($1, $2)";

    /// What the function raises.
    private static final String NO_BUDGET = "WE008";

    private final DatabaseClient database;
    private final Changes changes;

    Budgets(DatabaseClient database, Changes changes) {
        this.database = database;
        this.changes = changes;
    }

    Mono<KeyBudget> find(UUID key) {
        return database.sql(FIND)
                .bind(0, key)
                .map(Budgets::budget)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<BudgetTopUp> topUp(UUID key, long amount) {
        var work =
                database.sql(TOP_UP)
                        .bind(0, key)
                        .bind(1, amount)
                        .map(row -> topUp(key, amount, row))
                        .one()
                        .onErrorMap(Budgets::refusal);
        return changes.make("budget", "top-up", work, _ -> List.of(key));
    }

    private static Throwable refusal(Throwable failure) {
        return switch (Refusals.state(failure)) {
            case Refusals.NOTHING_THERE -> Problem.notFound();
            case NO_BUDGET -> Problem.conflict("no-budget", "This key has no budget.");
            case Refusals.TOO_LITTLE ->
                    Problem.invalid(
                            "/amount",
                            "insufficient-balance",
                            "What the reseller has available does not cover its cost.");
            case Refusals.OUT_OF_RANGE, Refusals.CHECK ->
                    Problem.invalid("/amount", "range", "This is more than a budget can hold.");
            default -> failure;
        };
    }

    private static KeyBudget budget(Readable row) {
        var ratio =
                new Ratio(
                        Values.get(row, "price", Long.class), Values.get(row, "cost", Long.class));
        return new KeyBudget(
                Values.get(row, "key_id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                Values.orNull(row, "client_id", UUID.class),
                Values.get(row, "currency", String.class),
                new Budget(
                        ratio,
                        Values.get(row, "bought", Long.class),
                        Values.get(row, "spent", Long.class)),
                Values.instant(row, "created_at"));
    }

    private static BudgetTopUp topUp(UUID key, long amount, Readable row) {
        Instant bookedAt = Values.instant(row, "booked_at");
        return new BudgetTopUp(
                Entry.id(Values.get(row, "entry", Long.class), bookedAt),
                key,
                Values.get(row, "reseller_id", UUID.class),
                amount,
                Values.get(row, "cost", Long.class),
                Values.get(row, "currency", String.class),
                bookedAt);
    }
}
