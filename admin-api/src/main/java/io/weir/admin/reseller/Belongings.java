package io.weir.admin.reseller;

import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What a reseller has that a change of it must not lose.
@Component
class Belongings {

    private static final String COUNT =
            """
            SELECT (SELECT count(*) FROM client WHERE reseller_id = $1) AS clients,
                   (SELECT count(*) FROM key WHERE reseller_id = $1) AS keys,
                   (SELECT count(*) FROM account
                     WHERE reseller_id = $1 AND kind = 'balance' AND balance <> 0) AS balances,
                   (SELECT count(*) FROM checkout WHERE reseller_id = $1 AND (status = 'processing'
                        OR status = 'open' AND expires_at > now())) AS checkouts,
                   (SELECT count(*) FROM entity WHERE reseller_id = $1) AS entities
            """;

    /// So that nothing is provisioned meanwhile.
    private static final String LOCK_PROVISIONING =
            "SELECT reseller_id FROM provisioning WHERE reseller_id = $1 FOR UPDATE";

    private static final String HAS_MONEY =
            """
            SELECT EXISTS (SELECT FROM account WHERE reseller_id = $1)
                OR EXISTS (SELECT FROM checkout WHERE reseller_id = $1) AS has_money
            """;

    private record Count(long clients, long keys, long balances, long checkouts, long entities) {

        private void requireNone() {
            if (clients + keys > 0) {
                throw Problem.conflict(
                        "in-use", "It still has %d clients and %d keys.".formatted(clients, keys));
            }
            if (balances > 0) {
                throw Problem.conflict("in-use", "It still has a balance.");
            }
            if (checkouts > 0) {
                throw Problem.conflict(
                        "in-use",
                        "It can still pay at %d checkouts, for a day at most."
                                .formatted(checkouts));
            }
            if (entities > 0) {
                throw Problem.conflict(
                        "in-use", "It still has %d tenants, VDCs and VMs.".formatted(entities));
            }
        }
    }

    private final DatabaseClient database;

    Belongings(DatabaseClient database) {
        this.database = database;
    }

    Mono<Void> requireNone(UUID reseller) {
        return database.sql(LOCK_PROVISIONING)
                .bind(0, reseller)
                .then()
                .then(Mono.defer(() -> count(reseller)))
                .doOnNext(Count::requireNone)
                .then();
    }

    private Mono<Count> count(UUID reseller) {
        return database.sql(COUNT)
                .bind(0, reseller)
                .map(
                        row ->
                                new Count(
                                        Values.get(row, "clients", Long.class),
                                        Values.get(row, "keys", Long.class),
                                        Values.get(row, "balances", Long.class),
                                        Values.get(row, "checkouts", Long.class),
                                        Values.get(row, "entities", Long.class)))
                .one();
    }

    /// What was booked stays in its currency.
    Mono<Void> requireSameCurrency(Reseller before, Terms after) {
        if (after.currency().equals(before.terms().currency())) {
            return Mono.empty();
        }
        return database.sql(HAS_MONEY)
                .bind(0, before.id())
                .map(row -> Values.get(row, "has_money", Boolean.class))
                .one()
                .flatMap(hasMoney -> hasMoney ? Mono.error(inUse()) : Mono.empty());
    }

    private static Problem inUse() {
        return Problem.invalid(
                "/currency", "in-use", "Money was booked, or asked for, in its currency already.");
    }
}
