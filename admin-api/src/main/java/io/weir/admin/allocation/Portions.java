package io.weir.admin.allocation;

import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What clients take of their reseller's plan. One statement decides and books, so that two
/// allocations that race for the last of a plan can't both get it.
@Component
public final class Portions {

    private static final String TAKE =
            """
            UPDATE reseller SET portions = portions + $2
             WHERE id = $1 AND (monthly_quota IS NULL OR portions + $2::numeric <= monthly_quota)
               AND portions + $2::numeric <= 9223372036854775807
            """;
    private static final String AVAILABLE =
            "SELECT coalesce(monthly_quota, 9223372036854775807) - portions AS available FROM reseller WHERE id = $1";

    private final DatabaseClient database;

    Portions(DatabaseClient database) {
        this.database = database;
    }

    /// Changes a client's portion, in the caller's transaction.
    public Mono<Void> change(UUID reseller, long before, long after) {
        if (before == after) {
            return Mono.empty();
        }
        return database.sql(TAKE)
                .bind(0, reseller)
                .bind(1, after - before)
                .fetch()
                .rowsUpdated()
                .flatMap(taken -> taken == 1 ? Mono.empty() : refuse(reseller, before, after));
    }

    /// What is left of a plan.
    public Mono<Long> available(UUID reseller) {
        return database.sql(AVAILABLE)
                .bind(0, reseller)
                .map(row -> Values.get(row, "available", Long.class))
                .one();
    }

    private Mono<Void> refuse(UUID reseller, long before, long after) {
        return available(reseller)
                .flatMap(
                        free ->
                                Mono.error(
                                        Problem.invalid(
                                                "/monthly_quota",
                                                "exceeds-plan",
                                                exceeded(free + before, after))));
    }

    /// What a refusal says.
    public static String exceeded(long available, long asked) {
        return "%d of the reseller's plan are available, not %d.".formatted(available, asked);
    }
}
