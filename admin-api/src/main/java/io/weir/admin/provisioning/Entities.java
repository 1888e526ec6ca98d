package io.weir.admin.provisioning;

import io.weir.admin.database.Changes;
import io.weir.admin.database.Refusals;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import java.util.List;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Entities come and go within the limits of their reseller: the database decides, under the lock
/// of its provisioning, over all limits at once.
@Component
class Entities {

    private static final String ROWS =
            """
            SELECT e.*, s.storage, s.storage_gb, s.backup, s.backup_gb
              FROM entity e CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(f.id ORDER BY f.id) FILTER (WHERE f.kind = 'storage_policy'), '{}') AS storage,
                       coalesce(array_agg(s.gb ORDER BY f.id) FILTER (WHERE f.kind = 'storage_policy'), '{}') AS storage_gb,
                       coalesce(array_agg(f.id ORDER BY f.id) FILTER (WHERE f.kind = 'backup_storage'), '{}') AS backup,
                       coalesce(array_agg(s.gb ORDER BY f.id) FILTER (WHERE f.kind = 'backup_storage'), '{}') AS backup_gb
                  FROM entity_share s JOIN facility f ON f.reseller_id = s.reseller_id AND f.id = s.facility_id
                 WHERE s.reseller_id = e.reseller_id AND s.entity_id = e.id) s
             WHERE e.reseller_id = $1 AND e.kind = $2 AND e.reserved_until IS NULL
            """;
    private static final String FIND = ROWS + "AND e.id = $3";
    private static final String LIST = ROWS + "AND e.id > $3 ORDER BY e.id LIMIT $4";
    private static final String TAKE =
            """
            SELECT * FROM provisioning_take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL)
            """;
    private static final String DELETE = "DELETE FROM entity WHERE reseller_id = $1 AND id = $2";

    private final DatabaseClient database;
    private final Changes changes;
    private final Provisioning provisioning;
    private final Dependants dependants;

    Entities(
            DatabaseClient database,
            Changes changes,
            Provisioning provisioning,
            Dependants dependants) {
        this.database = database;
        this.changes = changes;
        this.provisioning = provisioning;
        this.dependants = dependants;
    }

    Mono<Counted> find(UUID reseller, EntityKind kind, UUID id) {
        return database.sql(FIND)
                .bind(0, reseller)
                .bind(1, kind.word())
                .bind(2, id)
                .map(Counted::of)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<List<Counted>> list(UUID reseller, EntityKind kind, Listing listing) {
        var found =
                database.sql(LIST)
                        .bind(0, reseller)
                        .bind(1, kind.word())
                        .bind(2, listing.after())
                        .bind(3, listing.limit() + 1)
                        .map(Counted::of)
                        .all()
                        .collectList();
        return provisioning.requireReseller(reseller).then(found);
    }

    Mono<Counted> create(UUID reseller, Entity asked) {
        var work =
                take(reseller, asked)
                        .then(Mono.defer(() -> find(reseller, asked.kind(), asked.id())))
                        .onErrorMap(DuplicateKeyException.class, _ -> idIsTaken())
                        .onErrorMap(
                                failure -> Refusals.state(failure).equals(Refusals.NOTHING_THERE),
                                _ -> Problem.notFound());
        return changes.makeSilently(asked.kind().word(), "create", work);
    }

    Mono<Counted> delete(UUID reseller, EntityKind kind, UUID id) {
        var work =
                provisioning
                        .lock(reseller)
                        .then(Mono.defer(() -> find(reseller, kind, id)))
                        .delayUntil(
                                _ ->
                                        dependants
                                                .of(reseller, kind, id)
                                                .doOnNext(used -> InUse.requireNone(List.of(used))))
                        .delayUntil(_ -> database.sql(DELETE).bind(0, reseller).bind(1, id).then());
        return changes.makeSilently(kind.word(), "delete", work);
    }

    private Mono<Void> take(UUID reseller, Entity asked) {
        return database.sql(TAKE)
                .bind(0, reseller)
                .bind(1, asked.id())
                .bind(2, asked.kind().word())
                .bind(3, asked.name())
                .bind(4, Values.orNull(UUID.class, asked.parent()))
                .bind(5, Values.orNull(UUID.class, asked.dataCenter()))
                .bind(6, Values.orNull(String.class, asked.type()))
                .bind(7, asked.cpu())
                .bind(8, asked.memoryGb())
                .bind(9, Share.facilities(asked.storage()))
                .bind(10, Share.amounts(asked.storage()))
                .bind(11, Share.facilities(asked.backupStorage()))
                .bind(12, Share.amounts(asked.backupStorage()))
                .map(Refusal::of)
                .all()
                .collectList()
                .filter(refusals -> !refusals.isEmpty())
                .flatMap(refusals -> Mono.error(Refusal.problem(refusals, asked)));
    }

    static Problem idIsTaken() {
        return Problem.conflict("id-taken", "The reseller has something with this id.");
    }
}
