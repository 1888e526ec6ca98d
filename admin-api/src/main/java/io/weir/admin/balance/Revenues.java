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

    /// Time is told in positions first: the entries of an account are found by those. What is spent
    /// and waits to be booked is told as it is going to be.
    private static final String SUMS =
            """
            WITH span AS (
                SELECT coalesce((SELECT position FROM ledger_entry WHERE booked_at < $2
                                  ORDER BY booked_at DESC, position DESC LIMIT 1), 0) AS after,
                       coalesce((SELECT position FROM ledger_entry WHERE booked_at < $3
                                  ORDER BY booked_at DESC, position DESC LIMIT 1), 0) AS last
            ), waiting AS (
                SELECT b.client_id, w.nanos,
                       div((a.booked + w.nanos) * b.cost, b.price) - div(a.booked * b.cost, b.price) AS cost
                  FROM counter c JOIN budget b ON b.key_id = c.subject
                       CROSS JOIN LATERAL (
                           SELECT coalesce(sum(balance) FILTER (WHERE kind <> 'budget'), 0) AS booked,
                                  coalesce(sum(balance) FILTER (WHERE kind = 'budget'), 0) AS own
                             FROM account WHERE key_id = b.key_id AND kind IN ('consumed', 'margin', 'budget')) a
                       CROSS JOIN LATERAL (
                           SELECT greatest(0, least(c.used - a.booked, a.own - c.leased)) AS nanos) w
                 WHERE $4 AND c.policy = 'budget' AND c.unbooked_since IS NOT NULL AND b.reseller_id = $1
            )
            SELECT client_id, sum(cost) AS cost, sum(margin) AS margin FROM (
                SELECT b.client_id, CASE a.kind WHEN 'consumed' THEN e.amount ELSE 0 END AS cost,
                       CASE a.kind WHEN 'margin' THEN e.amount ELSE 0 END AS margin
                  FROM budget b JOIN account a ON a.key_id = b.key_id AND a.kind IN ('consumed', 'margin')
                       CROSS JOIN span
                       JOIN ledger_entry e ON e.credit_account = a.id AND e.position > span.after
                            AND e.position <= span.last
                 WHERE b.reseller_id = $1
                UNION ALL
                SELECT client_id, cost, nanos - cost FROM waiting WHERE nanos > 0) earned
             GROUP BY client_id ORDER BY client_id
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
                                        .bind(3, span.live())
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
