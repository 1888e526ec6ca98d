package io.weir.admin.provisioning;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Who uses what: the entities that are in a data center or take of a storage, and those below
/// others.
@Component
class Dependants {

    private static final String USERS =
            """
            SELECT * FROM (
                SELECT u.*, count(*) OVER one AS users, row_number() OVER (one ORDER BY u.user_id) AS number
                  FROM (SELECT f.kind, f.id, f.name, e.kind AS user_kind, e.id AS user_id, e.name AS user_name
                          FROM facility f JOIN entity e ON e.reseller_id = f.reseller_id AND e.data_center_id = f.id
                         WHERE f.reseller_id = $1 AND f.id = ANY ($2)
                        UNION ALL
                        SELECT f.kind, f.id, f.name, e.kind, e.id, e.name
                          FROM facility f
                               JOIN entity_share s ON s.reseller_id = f.reseller_id AND s.facility_id = f.id
                               JOIN entity e ON e.reseller_id = s.reseller_id AND e.id = s.entity_id
                         WHERE f.reseller_id = $1 AND f.id = ANY ($2)
                        UNION ALL
                        SELECT o.kind, o.id, o.name, e.kind, e.id, e.name
                          FROM entity o JOIN entity e ON e.reseller_id = o.reseller_id AND e.parent_id = o.id
                         WHERE o.reseller_id = $1 AND o.id = ANY ($2)) u
                WINDOW one AS (PARTITION BY u.kind, u.id)) numbered
             WHERE number <= $3 AND kind = ANY ($4) ORDER BY kind, id, number
            """;
    private static final int MOST_NAMED = 10;
    private static final String[] FACILITIES =
            Arrays.stream(FacilityKind.values()).map(FacilityKind::word).toArray(String[]::new);

    private record Row(String kind, UUID id, String name, InUse.User user, long users) {

        private static Row of(Readable row) {
            return new Row(
                    Values.get(row, "kind", String.class),
                    Values.get(row, "id", UUID.class),
                    Values.get(row, "name", String.class),
                    new InUse.User(
                            Values.get(row, "user_kind", String.class),
                            Values.get(row, "user_id", UUID.class),
                            Values.get(row, "user_name", String.class)),
                    Values.get(row, "users", Long.class));
        }
    }

    private final DatabaseClient database;

    Dependants(DatabaseClient database) {
        this.database = database;
    }

    /// Those of these facilities that are in use, by their ids.
    Mono<Map<UUID, InUse>> of(UUID reseller, Collection<UUID> facilities) {
        return rows(reseller, facilities, FACILITIES).collectList().map(Dependants::grouped);
    }

    /// Nothing if nothing is below it.
    Mono<InUse> of(UUID reseller, EntityKind kind, UUID entity) {
        return rows(reseller, List.of(entity), kind.word())
                .collectList()
                .mapNotNull(rows -> grouped(rows).get(entity));
    }

    private Flux<Row> rows(UUID reseller, Collection<UUID> ids, String... kinds) {
        return database.sql(USERS)
                .bind(0, reseller)
                .bind(1, ids.toArray(UUID[]::new))
                .bind(2, MOST_NAMED)
                .bind(3, kinds)
                .map(Row::of)
                .all();
    }

    private static Map<UUID, InUse> grouped(List<Row> rows) {
        Map<UUID, List<InUse.User>> users = new LinkedHashMap<>();
        Map<UUID, InUse> found = new LinkedHashMap<>();
        for (Row row : rows) {
            var usedBy = users.computeIfAbsent(row.id(), _ -> new ArrayList<>());
            usedBy.add(row.user());
            found.put(row.id(), new InUse(row.kind(), row.id(), row.name(), usedBy, row.users()));
        }
        return found;
    }
}
