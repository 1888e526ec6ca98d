package io.weir.admin.group;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.quota.AlertPercents;
import io.weir.admin.quota.Calendars;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Revision;
import io.weir.quota.policy.QuotaUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Groups {

    /// Keys that are revoked for good are in no group's count.
    private static final String ROWS =
            """
            SELECT g.*, r.time_zone, r.week_start,
                   (SELECT count(*) FROM key k WHERE k.group_id = g.id AND k.revoked_at IS NULL) AS key_count
              FROM key_group g JOIN reseller r ON r.id = g.reseller_id
            """;

    private static final String FIND = ROWS + "WHERE g.id = $1";
    private static final String LIST =
            ROWS
                    + """
                    WHERE g.reseller_id = $1 AND g.id > $2 AND ($3::text IS NULL OR g.name ILIKE $3)
                    ORDER BY g.id LIMIT $4
                    """;
    private static final String LOCK_RESELLER =
            "SELECT id FROM reseller WHERE id = $1 FOR KEY SHARE";
    private static final String RESELLER_EXISTS = "SELECT id FROM reseller WHERE id = $1";
    private static final String LOCK = "SELECT id FROM key_group WHERE id = $1 FOR UPDATE";
    private static final String INSERT =
            """
            INSERT INTO key_group (name, unit, "limit", period, failure_mode, id, reseller_id, alert_percents)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;
    private static final String UPDATE =
            """
            UPDATE key_group SET name = $1, unit = $2, "limit" = $3, period = $4, failure_mode = $5, alert_percents = $7,
                   revision = revision + 1 WHERE id = $6
            """;

    /// Locks keys before their group, like all that moves keys.
    private static final String LET_REVOKED_GO =
            """
            UPDATE key SET group_id = NULL, revision = revision + 1
             WHERE group_id = $1 AND revoked_at IS NOT NULL
            """;

    private static final String DELETE = "DELETE FROM key_group WHERE id = $1";

    private final DatabaseClient database;
    private final Changes changes;

    Groups(DatabaseClient database, Changes changes) {
        this.database = database;
        this.changes = changes;
    }

    Mono<Group> find(UUID id) {
        return database.sql(FIND)
                .bind(0, id)
                .map(Groups::group)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<List<Group>> list(UUID reseller, Listing listing) {
        var groups =
                database.sql(LIST)
                        .bind(0, reseller)
                        .bind(1, listing.after())
                        .bind(2, Values.orNull(String.class, listing.like()))
                        .bind(3, listing.limit() + 1)
                        .map(Groups::group)
                        .all()
                        .collectList();
        return require(RESELLER_EXISTS, reseller).then(groups);
    }

    Mono<Group> create(UUID reseller, Terms terms) {
        UUID id = Ids.next();
        var insert =
                with(database.sql(INSERT), terms)
                        .bind(5, id)
                        .bind(6, reseller)
                        .bind(7, AlertPercents.stored(terms.alertPercents()));
        var work =
                require(LOCK_RESELLER, reseller)
                        .then(Mono.defer(() -> insert.fetch().rowsUpdated()))
                        .thenReturn(List.of(id))
                        .onErrorMap(DuplicateKeyException.class, Groups::nameIsTaken);
        return changes.make("group", "create", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Group> edit(UUID id, Revision expected, Function<Terms, Terms> edit) {
        var work =
                locked(id)
                        .doOnNext(group -> expected.require(group.revision()))
                        .flatMap(group -> change(id, edit.apply(group.terms())))
                        .thenReturn(List.of(id))
                        .onErrorMap(DuplicateKeyException.class, Groups::nameIsTaken);
        return changes.make("group", "edit", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Void> delete(UUID id, Revision expected) {
        var work =
                database.sql(LET_REVOKED_GO)
                        .bind(0, id)
                        .fetch()
                        .rowsUpdated()
                        .then(Mono.defer(() -> locked(id)))
                        .doOnNext(group -> expected.require(group.revision()))
                        .doOnNext(Groups::requireEmpty)
                        .flatMap(_ -> database.sql(DELETE).bind(0, id).fetch().rowsUpdated())
                        .thenReturn(List.of(id));
        return changes.make("group", "delete", work);
    }

    private Mono<Long> change(UUID id, Terms terms) {
        return with(database.sql(UPDATE), terms)
                .bind(5, id)
                .bind(6, AlertPercents.stored(terms.alertPercents()))
                .fetch()
                .rowsUpdated();
    }

    private Mono<Group> locked(UUID id) {
        return require(LOCK, id).then(Mono.defer(() -> find(id)));
    }

    private Mono<Void> require(String statement, UUID id) {
        return database.sql(statement)
                .bind(0, id)
                .fetch()
                .first()
                .switchIfEmpty(Mono.error(Problem::notFound))
                .then();
    }

    private static void requireEmpty(Group group) {
        if (group.keyCount() > 0) {
            throw Problem.conflict(
                    "in-use",
                    "%d %s in this group: move them out first."
                            .formatted(
                                    group.keyCount(),
                                    group.keyCount() == 1 ? "key is" : "keys are"));
        }
    }

    private static Problem nameIsTaken(DuplicateKeyException duplicate) {
        return Problem.conflict("name-taken", "The reseller has another group of this name.");
    }

    private static GenericExecuteSpec with(GenericExecuteSpec statement, Terms terms) {
        Terms.Shared quota = terms.quota();
        return statement
                .bind(0, terms.name())
                .bind(1, Values.orNull(String.class, quota == null ? null : quota.unit().word()))
                .bind(2, Values.orNull(Long.class, quota == null ? null : quota.limit()))
                .bind(3, Values.orNull(String.class, quota == null ? null : quota.period()))
                .bind(4, terms.failureMode());
    }

    private static Group group(Readable row) {
        String unit = Values.orNull(row, "unit", String.class);
        var quota =
                unit == null
                        ? null
                        : new Terms.Shared(
                                QuotaUnit.of(unit),
                                Values.get(row, "limit", Long.class),
                                Values.get(row, "period", String.class));
        return new Group(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                new Terms(
                        Values.get(row, "name", String.class),
                        quota,
                        Values.get(row, "failure_mode", String.class),
                        AlertPercents.of(row)),
                Calendars.of(
                        Values.get(row, "time_zone", String.class),
                        Values.get(row, "week_start", String.class)),
                Values.get(row, "key_count", Long.class),
                Values.get(row, "revision", Long.class),
                Values.instant(row, "created_at"));
    }
}
