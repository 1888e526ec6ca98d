package io.weir.admin.balance;

import io.r2dbc.spi.Readable;
import io.weir.admin.balance.Revenue.Share;
import io.weir.admin.balance.Revenue.Span;
import io.weir.admin.database.Values;
import java.math.BigDecimal;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Revenues {

    /// Time is told in positions first: the entries of an account are found by those.
    private static final String SUMS =
            """
            WITH span AS (
                SELECT coalesce((SELECT position FROM ledger_entry WHERE booked_at < $2
                                  ORDER BY booked_at DESC, position DESC LIMIT 1), 0) AS after,
                       coalesce((SELECT position FROM ledger_entry WHERE booked_at < $3
                                  ORDER BY booked_at DESC, position DESC LIMIT 1), 0) AS last
            )
            SELECT b.client_id, coalesce(sum(e.amount) FILTER (WHERE a.kind = 'consumed'), 0) AS cost,
                   coalesce(sum(e.amount) FILTER (WHERE a.kind = 'margin'), 0) AS margin
              FROM budget b JOIN account a ON a.key_id = b.key_id AND a.kind IN ('consumed', 'margin')
                   CROSS JOIN span
                   JOIN ledger_entry e ON e.credit_account = a.id AND e.position > span.after
                        AND e.position <= span.last
             WHERE b.reseller_id = $1 GROUP BY b.client_id ORDER BY b.client_id
            """;

    private final DatabaseClient database;
    private final Balances balances;

    Revenues(DatabaseClient database, Balances balances) {
        this.database = database;
        this.balances = balances;
    }

    Mono<Revenue> of(UUID reseller, Span span) {
        return balances.find(reseller)
                .flatMap(
                        balance ->
                                database.sql(SUMS)
                                        .bind(0, reseller)
                                        .bind(1, Values.utc(span.from()))
                                        .bind(2, Values.utc(span.to()))
                                        .map(Revenues::share)
                                        .all()
                                        .collectList()
                                        .map(
                                                shares ->
                                                        new Revenue(
                                                                reseller,
                                                                balance.currency(),
                                                                span,
                                                                shares)));
    }

    private static Share share(Readable row) {
        return new Share(
                Values.orNull(row, "client_id", UUID.class),
                Values.get(row, "cost", BigDecimal.class),
                Values.get(row, "margin", BigDecimal.class));
    }
}
