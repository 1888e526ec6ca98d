package io.weir.admin.rule;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Revision;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Rules {

    /// A key whose own rule is disabled inherits as if it had none. Keys that are revoked for good
    /// are nobody's users.
    private static final String ROWS =
            """
            SELECT r.*,
                   (SELECT count(*) FROM key k WHERE k.rule_id = r.id AND k.revoked_at IS NULL) AS reference_count,
                   CASE WHEN r.enabled THEN
                       (SELECT count(*) FROM client c JOIN key k ON k.client_id = c.id
                          LEFT JOIN rule own ON own.id = k.rule_id AND own.enabled
                         WHERE c.default_rule_id = r.id AND k.revoked_at IS NULL AND own.id IS NULL)
                   ELSE 0 END
                   + CASE WHEN r.enabled AND s.default_rule_id = r.id THEN
                       (SELECT count(*) FROM key k LEFT JOIN client c ON c.id = k.client_id
                          LEFT JOIN rule own ON own.id IN (k.rule_id, c.default_rule_id) AND own.enabled
                         WHERE k.reseller_id = s.id AND k.revoked_at IS NULL AND own.id IS NULL)
                   ELSE 0 END AS inherited_count
              FROM rule r JOIN reseller s ON s.id = r.reseller_id
            """;

    private static final String FIND = ROWS + "WHERE r.id = $1";
    private static final String LIST =
            ROWS
                    + """
                    WHERE r.reseller_id = $1 AND r.id > $2 AND ($3::boolean IS NULL OR r.enabled = $3)
                      AND ($4::text IS NULL OR r.name ILIKE $4 OR r.description ILIKE $4)
                    ORDER BY r.id LIMIT $5
                    """;
    private static final String RESELLER_EXISTS = "SELECT id FROM reseller WHERE id = $1";
    private static final String LOCK_RESELLER = RESELLER_EXISTS + " FOR KEY SHARE";
    private static final String LOCK = "SELECT id FROM rule WHERE id = $1 FOR UPDATE";
    private static final String INSERT =
            """
            INSERT INTO rule (name, description, enabled, mode, quota_period, quota_credits,
                window_zone, window_weekdays, window_hours, id, reseller_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """;
    private static final String UPDATE =
            """
            UPDATE rule SET name = $1, description = $2, enabled = $3, mode = $4, quota_period = $5,
                   quota_credits = $6, window_zone = $7, window_weekdays = $8, window_hours = $9,
                   revision = revision + 1 WHERE id = $10
            """;

    /// Locks keys before their rule, like all that binds keys.
    private static final String LET_REVOKED_GO =
            """
            UPDATE key SET rule_id = NULL, revision = revision + 1
             WHERE rule_id = $1 AND revoked_at IS NOT NULL
            """;

    private static final String DELETE = "DELETE FROM rule WHERE id = $1";

    record Change(Rule was, Rule is) {

        /// Disabling a rule frees the keys it applied to.
        long freedKeys() {
            return is.terms().enabled() ? 0 : was.uses();
        }
    }

    private final DatabaseClient database;
    private final Changes changes;
    private final Users users;

    Rules(DatabaseClient database, Changes changes, Users users) {
        this.database = database;
        this.changes = changes;
        this.users = users;
    }

    Mono<Rule> find(UUID id) {
        return lookUp(id).switchIfEmpty(Mono.error(Problem::notFound));
    }

    /// Nothing if there is none.
    Mono<Rule> lookUp(UUID id) {
        return database.sql(FIND).bind(0, id).map(Rules::rule).one();
    }

    Mono<List<Rule>> list(UUID reseller, Listing listing) {
        String status = listing.status();
        Boolean enabled = status == null ? null : Boolean.valueOf(status.equals("enabled"));
        var rules =
                database.sql(LIST)
                        .bind(0, reseller)
                        .bind(1, listing.after())
                        .bind(2, Values.orNull(Boolean.class, enabled))
                        .bind(3, Values.orNull(String.class, listing.like()))
                        .bind(4, listing.limit() + 1)
                        .map(Rules::rule)
                        .all()
                        .collectList();
        return require(RESELLER_EXISTS, reseller).then(rules);
    }

    Mono<Rule> create(UUID reseller, Terms terms) {
        UUID id = Ids.next();
        var insert = with(database.sql(INSERT), terms).bind(9, id).bind(10, reseller);
        var work =
                require(LOCK_RESELLER, reseller)
                        .then(Mono.defer(() -> insert.fetch().rowsUpdated()))
                        .thenReturn(List.of(id))
                        .onErrorMap(DuplicateKeyException.class, Rules::nameIsTaken);
        return changes.make("rule", "create", work).then(Mono.defer(() -> find(id)));
    }

    /// @param before is told the rule as it was, and may refuse
    Mono<Change> edit(UUID id, String action, Consumer<Rule> before, UnaryOperator<Terms> edit) {
        var work =
                locked(id)
                        .doOnNext(before)
                        .delayUntil(
                                rule ->
                                        with(database.sql(UPDATE), edit.apply(rule.terms()))
                                                .bind(9, id)
                                                .fetch()
                                                .rowsUpdated())
                        .onErrorMap(DuplicateKeyException.class, Rules::nameIsTaken);
        return changes.make("rule", action, work, _ -> List.of(id))
                .flatMap(was -> find(id).map(is -> new Change(was, is)));
    }

    Mono<Void> delete(UUID id, Revision expected) {
        var work =
                database.sql(LET_REVOKED_GO)
                        .bind(0, id)
                        .fetch()
                        .rowsUpdated()
                        .then(Mono.defer(() -> locked(id)))
                        .doOnNext(rule -> expected.require(rule.revision()))
                        .then(Mono.defer(() -> users.requireNone(id)))
                        .then(
                                Mono.defer(
                                        () ->
                                                database.sql(DELETE)
                                                        .bind(0, id)
                                                        .fetch()
                                                        .rowsUpdated()))
                        .thenReturn(List.of(id));
        return changes.make("rule", "delete", work);
    }

    private Mono<Rule> locked(UUID id) {
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

    private static Problem nameIsTaken(DuplicateKeyException duplicate) {
        return Problem.conflict("name-taken", "The reseller has another rule of this name.");
    }

    private static GenericExecuteSpec with(GenericExecuteSpec statement, Terms terms) {
        Terms.Limit quota = terms.quota();
        Window window = terms.window();
        return statement
                .bind(0, terms.name())
                .bind(1, Values.orNull(String.class, terms.description()))
                .bind(2, terms.enabled())
                .bind(3, terms.mode())
                .bind(4, Values.orNull(String.class, quota == null ? null : quota.period()))
                .bind(5, Values.orNull(Long.class, quota == null ? null : quota.credits()))
                .bind(6, Values.orNull(String.class, window == null ? null : window.timeZone()))
                .bind(
                        7,
                        Values.orNull(
                                String[].class,
                                window == null ? null : window.weekdays().toArray(String[]::new)))
                .bind(8, Values.orNull(String.class, window == null ? null : window.hours()));
    }

    private static Rule rule(Readable row) {
        String period = Values.orNull(row, "quota_period", String.class);
        String zone = Values.orNull(row, "window_zone", String.class);
        var terms =
                new Terms(
                        Values.get(row, "name", String.class),
                        Values.orNull(row, "description", String.class),
                        Values.get(row, "enabled", Boolean.class),
                        Values.get(row, "mode", String.class),
                        period == null
                                ? null
                                : new Terms.Limit(
                                        period, Values.get(row, "quota_credits", Long.class)),
                        zone == null
                                ? null
                                : new Window(
                                        zone,
                                        List.of(Values.get(row, "window_weekdays", String[].class)),
                                        Values.orNull(row, "window_hours", String.class)));
        return new Rule(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                terms,
                Values.get(row, "reference_count", Long.class),
                Values.get(row, "inherited_count", Long.class),
                Values.get(row, "revision", Long.class),
                Values.instant(row, "created_at"));
    }
}
