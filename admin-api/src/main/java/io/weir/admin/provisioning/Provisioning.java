package io.weir.admin.provisioning;

import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// How a reseller's provisioning stands, and the lock under which it changes.
@Component
class Provisioning {

    private static final String RESELLER = "SELECT id FROM reseller WHERE id = $1";
    private static final String LOCK = "SELECT provisioning_lock($1) AS found";

    /// One statement, so that all of it is of one instant.
    private static final String STANDING =
            """
            SELECT l.*, coalesce(p.allow_payg, true) AS allow_payg
              FROM (SELECT l.name, l.facility_id, f.name AS facility_name, l.max, l.used, f.created_at
                      FROM provisioning_limit l
                           LEFT JOIN facility f ON f.reseller_id = l.reseller_id AND f.id = l.facility_id
                     WHERE l.reseller_id = $1
                    UNION ALL
                    SELECT 'data_center', id, name, NULL, 0, created_at
                      FROM facility WHERE reseller_id = $1 AND kind = 'data_center' AND allocated) l
                   LEFT JOIN provisioning p ON p.reseller_id = $1
             ORDER BY l.created_at, l.facility_id
            """;

    private final DatabaseClient database;

    Provisioning(DatabaseClient database) {
        this.database = database;
    }

    Mono<Standing> standing(UUID reseller) {
        return database.sql(STANDING)
                .bind(0, reseller)
                .map(Standing.Row::of)
                .all()
                .collectList()
                .filter(rows -> !rows.isEmpty())
                .switchIfEmpty(Mono.error(Problem::notFound))
                .map(Standing::new);
    }

    Mono<Void> requireReseller(UUID reseller) {
        return database.sql(RESELLER)
                .bind(0, reseller)
                .fetch()
                .first()
                .switchIfEmpty(Mono.error(Problem::notFound))
                .then();
    }

    /// In a transaction, which holds it to its end.
    Mono<Void> lock(UUID reseller) {
        return database.sql(LOCK)
                .bind(0, reseller)
                .map(row -> Values.get(row, "found", Boolean.class))
                .one()
                .filter(found -> found)
                .switchIfEmpty(Mono.error(Problem::notFound))
                .then();
    }

    Mono<Standing> locked(UUID reseller) {
        return lock(reseller).then(Mono.defer(() -> standing(reseller)));
    }
}
