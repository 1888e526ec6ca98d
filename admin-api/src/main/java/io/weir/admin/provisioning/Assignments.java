package io.weir.admin.provisioning;

import io.weir.admin.database.Values;
import io.weir.admin.wire.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Which facilities a reseller may use, and how much of them. All of it happens under the lock of
/// its provisioning.
@Component
class Assignments {

    private static final String KNOWN =
            """
            SELECT f.id, f.kind, coalesce(l.used, 0) AS used
              FROM facility f
                   LEFT JOIN provisioning_limit l ON l.reseller_id = f.reseller_id AND l.facility_id = f.id
             WHERE f.reseller_id = $1 AND f.id = ANY ($2)
            """;

    /// What stands so already is not touched, and leaves no entry in the audit log.
    private static final String ASSIGN =
            """
            UPDATE facility f SET allocated = a.allocated, max_gb = a.max_gb
              FROM unnest($2::uuid[], $3::boolean[], $4::bigint[]) AS a (id, allocated, max_gb)
             WHERE f.reseller_id = $1 AND f.id = a.id
               AND (f.allocated, f.max_gb) IS DISTINCT FROM (a.allocated, a.max_gb)
            """;

    private static final String REMOVE =
            """
            UPDATE facility SET allocated = false, max_gb = NULL
             WHERE reseller_id = $1 AND allocated AND kind = ANY ($2)
            """;
    private static final String ALLOCATED =
            "SELECT id FROM facility WHERE reseller_id = $1 AND allocated AND kind = ANY ($2)";

    private record Known(UUID id, FacilityKind kind, long used) {}

    private final DatabaseClient database;
    private final Dependants dependants;

    Assignments(DatabaseClient database, Dependants dependants) {
        this.database = database;
        this.dependants = dependants;
    }

    /// @param found what else is wrong with the request
    Mono<Void> assign(UUID reseller, List<Assignment> assignments, List<Violation> found) {
        UUID[] ids = assignments.stream().map(Assignment::facility).toArray(UUID[]::new);
        return Mono.zip(known(reseller, ids), dependants.of(reseller, List.of(ids)))
                .doOnNext(tuple -> require(assignments, tuple.getT1(), tuple.getT2(), found))
                .then(Mono.defer(() -> store(reseller, ids, assignments)));
    }

    /// Of these kinds; refused as long as one is in use.
    Mono<Void> removeAll(UUID reseller, FacilityKind... kinds) {
        String[] words = List.of(kinds).stream().map(FacilityKind::word).toArray(String[]::new);
        return database.sql(ALLOCATED)
                .bind(0, reseller)
                .bind(1, words)
                .map(row -> Values.get(row, "id", UUID.class))
                .all()
                .collectList()
                .flatMap(ids -> dependants.of(reseller, ids))
                .doOnNext(used -> InUse.requireNone(used.values()))
                .then(Mono.defer(() -> remove(reseller, words)));
    }

    private Mono<Void> remove(UUID reseller, String[] kinds) {
        return database.sql(REMOVE).bind(0, reseller).bind(1, kinds).then();
    }

    private static void require(
            List<Assignment> assignments,
            Map<UUID, Known> known,
            Map<UUID, InUse> used,
            List<Violation> found) {
        List<Violation> violations = new ArrayList<>(found);
        List<InUse> inUse = new ArrayList<>();
        for (Assignment assignment : assignments) {
            Known facility = known.get(assignment.facility());
            InUse by = used.get(assignment.facility());
            if (facility == null || facility.kind() != assignment.kind()) {
                violations.add(assignment.unknown());
            } else if (assignment.remove() && by != null) {
                violations.add(by.violation(assignment.at()));
                inUse.add(by);
            } else if (assignment.isBelow(facility.used())) {
                violations.add(assignment.below(facility.used()));
            }
        }
        if (!violations.isEmpty()) {
            throw InUse.problem(violations, inUse);
        }
    }

    private Mono<Map<UUID, Known>> known(UUID reseller, UUID[] ids) {
        return database.sql(KNOWN)
                .bind(0, reseller)
                .bind(1, ids)
                .map(
                        row ->
                                new Known(
                                        Values.get(row, "id", UUID.class),
                                        FacilityKind.of(Values.get(row, "kind", String.class)),
                                        Values.get(row, "used", Long.class)))
                .all()
                .collectMap(Known::id);
    }

    private Mono<Void> store(UUID reseller, UUID[] ids, List<Assignment> assignments) {
        return database.sql(ASSIGN)
                .bind(0, reseller)
                .bind(1, ids)
                .bind(2, assignments.stream().map(one -> !one.remove()).toArray(Boolean[]::new))
                .bind(3, assignments.stream().map(Assignment::maxGb).toArray(Long[]::new))
                .then();
    }
}
