package io.weir.admin.provisioning;

import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What can be allocated to a reseller. Made, it is not allocated yet.
@Component
class Facilities {

    static final int MOST = 1000;

    private static final String FIND =
            "SELECT * FROM facility WHERE reseller_id = $1 AND kind = $2 AND id = $3";
    private static final String LIST =
            """
            SELECT * FROM facility WHERE reseller_id = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4
            """;
    private static final String COUNT =
            "SELECT count(*) AS found FROM facility WHERE reseller_id = $1";
    private static final String INSERT =
            "INSERT INTO facility (reseller_id, id, kind, name) VALUES ($1, $2, $3, $4)";
    private static final String DELETE = "DELETE FROM facility WHERE reseller_id = $1 AND id = $2";

    private final DatabaseClient database;
    private final Changes changes;
    private final Provisioning provisioning;
    private final Dependants dependants;

    Facilities(
            DatabaseClient database,
            Changes changes,
            Provisioning provisioning,
            Dependants dependants) {
        this.database = database;
        this.changes = changes;
        this.provisioning = provisioning;
        this.dependants = dependants;
    }

    Mono<Facility> find(UUID reseller, FacilityKind kind, UUID id) {
        return database.sql(FIND)
                .bind(0, reseller)
                .bind(1, kind.word())
                .bind(2, id)
                .map(Facility::of)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<List<Facility>> list(UUID reseller, FacilityKind kind, Listing listing) {
        var found =
                database.sql(LIST)
                        .bind(0, reseller)
                        .bind(1, kind.word())
                        .bind(2, listing.after())
                        .bind(3, listing.limit() + 1)
                        .map(Facility::of)
                        .all()
                        .collectList();
        return provisioning.requireReseller(reseller).then(found);
    }

    Mono<Facility> create(UUID reseller, FacilityKind kind, UUID id, String name) {
        var work =
                provisioning
                        .lock(reseller)
                        .then(Mono.defer(() -> requireRoom(reseller)))
                        .then(Mono.defer(() -> insert(reseller, kind, id, name)))
                        .then(Mono.defer(() -> find(reseller, kind, id)))
                        .onErrorMap(DuplicateKeyException.class, _ -> Entities.idIsTaken());
        return changes.makeSilently(kind.word(), "create", work);
    }

    Mono<Facility> delete(UUID reseller, FacilityKind kind, UUID id) {
        var work =
                provisioning
                        .lock(reseller)
                        .then(Mono.defer(() -> find(reseller, kind, id)))
                        .delayUntil(_ -> requireUnused(reseller, id))
                        .delayUntil(_ -> database.sql(DELETE).bind(0, reseller).bind(1, id).then());
        return changes.makeSilently(kind.word(), "delete", work);
    }

    private Mono<Void> insert(UUID reseller, FacilityKind kind, UUID id, String name) {
        return database.sql(INSERT)
                .bind(0, reseller)
                .bind(1, id)
                .bind(2, kind.word())
                .bind(3, name)
                .then();
    }

    private Mono<Void> requireRoom(UUID reseller) {
        return database.sql(COUNT)
                .bind(0, reseller)
                .map(row -> Values.get(row, "found", Long.class))
                .one()
                .filter(found -> found < MOST)
                .switchIfEmpty(
                        Mono.error(
                                () ->
                                        Problem.conflict(
                                                "too-many",
                                                "A reseller has %d of these at most."
                                                        .formatted(MOST))))
                .then();
    }

    private Mono<Void> requireUnused(UUID reseller, UUID id) {
        return dependants
                .of(reseller, List.of(id))
                .doOnNext(used -> InUse.requireNone(used.values()))
                .then();
    }
}
