package io.weir.admin.balance;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Referrals {

    /// Who was referred is another reseller's: it is counted by the definer.
    private static final String FIND =
            """
            SELECT r.id, r.referral_code, r.currency, referees_of(r.id) AS referees,
                   coalesce(f.consumed, 0) AS consumed, coalesce(a.balance, 0) AS accrued,
                   coalesce((SELECT percent FROM referral_tier WHERE from_nanos <= coalesce(f.consumed, 0)
                              ORDER BY from_nanos DESC LIMIT 1), 0) AS tier_percent
              FROM reseller r
                   LEFT JOIN referral f ON f.reseller_id = r.id AND f.currency = r.currency
                   LEFT JOIN account a ON a.reseller_id = r.id AND a.kind = 'commission'
                        AND a.key_id IS NULL AND a.currency = r.currency
             WHERE r.id = $1
            """;

    private final DatabaseClient database;

    Referrals(DatabaseClient database) {
        this.database = database;
    }

    Mono<Referral> find(UUID reseller) {
        return database.sql(FIND)
                .bind(0, reseller)
                .map(Referrals::referral)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    private static Referral referral(Readable row) {
        return new Referral(
                Values.get(row, "id", UUID.class),
                Values.get(row, "referral_code", String.class),
                Values.get(row, "referees", Long.class),
                Values.get(row, "tier_percent", Integer.class),
                Values.get(row, "consumed", Long.class),
                Values.get(row, "accrued", Long.class),
                Values.get(row, "currency", String.class));
    }
}
