package io.weir.admin.client;

import io.r2dbc.spi.Readable;
import io.weir.admin.access.Transition;
import io.weir.admin.allocation.Portions;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.quota.AlertPercents;
import io.weir.admin.quota.Calendars;
import io.weir.admin.quota.Counted;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Revision;
import io.weir.quota.subject.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Every change locks in the same order, reseller, client, keys, so that no two wait for each
/// other.
@Component
class Clients {

    private static final String ROWS =
            """
            SELECT c.*, coalesce(c.time_zone, r.time_zone) AS zone, r.week_start,
                   (SELECT q."limit" FROM quota q WHERE q.subject = c.id AND q.policy = 'monthly') AS "limit",
                   (SELECT count(*) FROM key k WHERE k.client_id = c.id AND k.revoked_at IS NULL
                       AND (k.expires_at IS NULL OR k.expires_at > now())) AS active_keys
              FROM (%s) c JOIN reseller r ON r.id = c.reseller_id ORDER BY c.id
            """;
    private static final String FIND = rows("SELECT * FROM client WHERE id = $1");
    private static final String LOCK_RESELLER =
            "SELECT status FROM reseller WHERE id = $1 FOR NO KEY UPDATE";
    private static final String LOCK_RESELLER_OF =
            """
            SELECT status FROM reseller
             WHERE id = (SELECT reseller_id FROM client WHERE id = $1) FOR NO KEY UPDATE
            """;
    private static final String LOCK = "SELECT id FROM client WHERE id = $1 FOR UPDATE";
    private static final String INSERT =
            """
            INSERT INTO client (name, contact_email, monthly_quota, rate_limit, notes, overage, buffer_percent, time_zone, failure_mode, alert_percents, id, reseller_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING portion
            """;
    private static final String UPDATE =
            """
            UPDATE client SET name = $1, contact_email = $2, monthly_quota = $3, rate_limit = $4, notes = $5,
                   overage = $6, buffer_percent = $7, time_zone = $8, failure_mode = $9, alert_percents = $10,
                   revision = revision + 1
             WHERE id = $11 RETURNING portion
            """;
    private static final String SET_STATUS =
            "UPDATE client SET status = $2, revision = revision + 1 WHERE id = $1 RETURNING portion";
    private static final String REVOKE_KEYS =
            """
            UPDATE key SET revoked_at = now(), revision = revision + 1
             WHERE client_id = $1 AND revoked_at IS NULL RETURNING id
            """;
    private static final String DELETE_KEYS = "DELETE FROM key WHERE client_id = $1 RETURNING id";
    private static final String DELETE = "DELETE FROM client WHERE id = $1";

    private final DatabaseClient database;
    private final Changes changes;
    private final Portions portions;

    Clients(DatabaseClient database, Changes changes, Portions portions) {
        this.database = database;
        this.changes = changes;
        this.portions = portions;
    }

    /// Some clients, with all there is to say about them.
    ///
    /// @param which a query for rows of `client`
    static String rows(String which) {
        return ROWS.formatted(which);
    }

    Mono<Client> find(UUID id) {
        return database.sql(FIND)
                .bind(0, id)
                .map(Clients::client)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<Client> create(UUID reseller, Terms terms) {
        UUID id = Ids.next();
        var insert = with(database.sql(INSERT), terms).bind(10, id).bind(11, reseller);
        var work =
                openReseller(reseller)
                        .then(Mono.defer(() -> portion(insert)))
                        .flatMap(portion -> portions.change(reseller, 0, portion))
                        .thenReturn(List.of(id, reseller))
                        .onErrorMap(DuplicateKeyException.class, Clients::nameIsTaken);
        return changes.make("client", "create", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Client> edit(UUID id, Revision expected, Function<Terms, Terms> edit) {
        var work =
                locked(id)
                        .flatMap(
                                client -> {
                                    expected.require(client.revision());
                                    Terms terms = edit.apply(client.terms());
                                    return book(
                                            client, with(database.sql(UPDATE), terms).bind(10, id));
                                })
                        .onErrorMap(DuplicateKeyException.class, Clients::nameIsTaken);
        return changes.make("client", "edit", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Client> move(UUID id, Transition transition) {
        var work = locked(id).flatMap(client -> move(client, transition));
        return changes.make("client", transition.word(), work).then(Mono.defer(() -> find(id)));
    }

    /// Its keys go with it; what was used stays on record. Its reseller first: the keys' budgets
    /// lock the ledger, after which no reseller is locked.
    Mono<Void> delete(UUID id, Revision expected) {
        var work =
                locked(id)
                        .doOnNext(client -> expected.require(client.revision()))
                        .flatMap(
                                client ->
                                        portions.change(client.resellerId(), client.portion(), 0)
                                                .then(Mono.defer(() -> keys(DELETE_KEYS, id)))
                                                .delayUntil(
                                                        _ ->
                                                                database.sql(DELETE)
                                                                        .bind(0, id)
                                                                        .fetch()
                                                                        .rowsUpdated())
                                                .map(
                                                        keys ->
                                                                concat(
                                                                        keys,
                                                                        id,
                                                                        client.resellerId())));
        return changes.make("client", "delete", work);
    }

    private Mono<List<UUID>> move(Client client, Transition transition) {
        Status next = transition.from(client.status());
        if (next == client.status()) {
            return Mono.just(List.of());
        }
        var booked =
                book(client, database.sql(SET_STATUS).bind(0, client.id()).bind(1, next.word()));
        return next == Status.DISABLED
                ? booked.flatMap(
                        changed ->
                                keys(REVOKE_KEYS, client.id())
                                        .map(keys -> concat(keys, changed.toArray(UUID[]::new))))
                : booked;
    }

    /// Changes the client's row, and with it what it takes of the plan.
    private Mono<List<UUID>> book(Client client, GenericExecuteSpec update) {
        return portion(update)
                .flatMap(
                        portion ->
                                portions.change(client.resellerId(), client.portion(), portion)
                                        .thenReturn(
                                                portion == client.portion()
                                                        ? List.of(client.id())
                                                        : List.of(
                                                                client.id(), client.resellerId())));
    }

    private Mono<Client> locked(UUID id) {
        return require(database.sql(LOCK_RESELLER_OF).bind(0, id))
                .then(require(database.sql(LOCK).bind(0, id)))
                .then(find(id));
    }

    /// Locks a reseller that may still get clients.
    private Mono<Void> openReseller(UUID id) {
        return database.sql(LOCK_RESELLER)
                .bind(0, id)
                .map(row -> Status.of(Values.get(row, "status", String.class)))
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound))
                .doOnNext(Clients::requireNotDisabled)
                .then();
    }

    private static void requireNotDisabled(Status status) {
        if (status == Status.DISABLED) {
            throw Problem.conflict(
                    "disabled", "The reseller is disabled, and gets no more clients.");
        }
    }

    private Mono<Void> require(GenericExecuteSpec row) {
        return row.fetch().first().switchIfEmpty(Mono.error(Problem::notFound)).then();
    }

    private Mono<List<UUID>> keys(String statement, UUID client) {
        return database.sql(statement)
                .bind(0, client)
                .map(row -> Values.get(row, "id", UUID.class))
                .all()
                .collectList();
    }

    private static List<UUID> concat(List<UUID> first, UUID... more) {
        List<UUID> all = new ArrayList<>(first);
        all.addAll(List.of(more));
        return all;
    }

    private static Mono<Long> portion(GenericExecuteSpec statement) {
        return statement.map(row -> Values.get(row, "portion", Long.class)).one();
    }

    private static Problem nameIsTaken(DuplicateKeyException duplicate) {
        return Problem.conflict("name-taken", "The reseller has another client of this name.");
    }

    private static GenericExecuteSpec with(GenericExecuteSpec statement, Terms terms) {
        return statement
                .bind(0, terms.name())
                .bind(1, terms.contactEmail())
                .bind(2, terms.monthlyQuota())
                .bind(3, Values.orNull(Long.class, terms.rateLimit()))
                .bind(4, Values.orNull(String.class, terms.notes()))
                .bind(5, terms.overage().mode())
                .bind(6, terms.overage().bufferPercent())
                .bind(7, Values.orNull(String.class, terms.timeZone()))
                .bind(8, terms.failureMode())
                .bind(9, AlertPercents.stored(terms.alertPercents()));
    }

    static Client client(Readable row) {
        UUID id = Values.get(row, "id", UUID.class);
        var terms =
                new Terms(
                        Values.get(row, "name", String.class),
                        Values.get(row, "contact_email", String.class),
                        Values.get(row, "monthly_quota", Long.class),
                        Values.orNull(row, "rate_limit", Long.class),
                        Values.orNull(row, "notes", String.class),
                        new Terms.Overage(
                                Values.get(row, "overage", String.class),
                                Values.get(row, "buffer_percent", Long.class)),
                        Values.orNull(row, "time_zone", String.class),
                        Values.get(row, "failure_mode", String.class),
                        AlertPercents.of(row));
        return new Client(
                id,
                Values.get(row, "reseller_id", UUID.class),
                terms,
                Status.of(Values.get(row, "status", String.class)),
                Values.get(row, "portion", Long.class),
                Values.orNull(row, "default_rule_id", UUID.class),
                Counted.monthly(
                        id,
                        "monthly",
                        Values.orNull(row, "limit", Long.class),
                        Calendars.of(
                                Values.get(row, "zone", String.class),
                                Values.get(row, "week_start", String.class))),
                Values.get(row, "active_keys", Long.class),
                Values.get(row, "revision", Long.class),
                Values.instant(row, "created_at"));
    }
}
