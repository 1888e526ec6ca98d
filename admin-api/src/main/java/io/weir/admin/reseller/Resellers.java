package io.weir.admin.reseller;

import io.r2dbc.spi.Readable;
import io.weir.admin.access.Transition;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Revision;
import io.weir.quota.subject.Status;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Resellers {

    /// Who referred it is shown to those who may see both.
    private static final String ROWS =
            """
            SELECT r.*, (SELECT by.id FROM reseller by WHERE by.id = r.referred_by) AS referrer FROM reseller r
            """;

    private static final String FIND = ROWS + "WHERE id = $1";
    private static final String LOCK = FIND + " FOR UPDATE OF r";
    private static final String LIST =
            ROWS
                    + """
                    WHERE id > $1 AND ($2::text IS NULL OR status = $2)
                      AND ($3::text IS NULL OR name ILIKE $3 OR contact_email ILIKE $3)
                      AND ($5::uuid IS NULL OR id = $5)
                    ORDER BY id LIMIT $4
                    """;
    private static final String INSERT =
            """
            INSERT INTO reseller (name, contact_email, monthly_quota, time_zone, week_start, currency, failure_mode, id, referral_code, referred_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """;
    private static final String UPDATE =
            """
            UPDATE reseller SET name = $1, contact_email = $2, monthly_quota = $3, time_zone = $4,
                   week_start = $5, currency = $6, failure_mode = $7, revision = revision + 1 WHERE id = $8
            """;
    private static final String SET_STATUS =
            "UPDATE reseller SET status = $2, revision = revision + 1 WHERE id = $1";
    private static final String REVOKE_KEYS =
            """
            UPDATE key SET revoked_at = now(), revision = revision + 1
             WHERE reseller_id = $1 AND revoked_at IS NULL RETURNING id
            """;
    private static final String REFERRER = "SELECT id FROM reseller WHERE referral_code = $1";

    /// One statement, since a reseller and its default rule refer to each other.
    private static final String DELETE =
            """
            WITH groups AS (DELETE FROM key_group WHERE reseller_id = $1 RETURNING id),
                 rules AS (DELETE FROM rule WHERE reseller_id = $1 RETURNING id),
                 resellers AS (DELETE FROM reseller WHERE id = $1 RETURNING id)
            SELECT id FROM groups UNION ALL SELECT id FROM rules UNION ALL SELECT id FROM resellers
            """;

    /// Without letters and digits that are taken for one another.
    private static final String CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int CODE_LENGTH = 10;

    private final DatabaseClient database;
    private final Changes changes;
    private final Belongings belongings;
    private final SecureRandom random;

    Resellers(
            DatabaseClient database, Changes changes, Belongings belongings, SecureRandom random) {
        this.database = database;
        this.changes = changes;
        this.belongings = belongings;
        this.random = random;
    }

    Mono<Reseller> find(UUID id) {
        return database.sql(FIND)
                .bind(0, id)
                .map(Resellers::reseller)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    /// @param only null for all
    Mono<List<Reseller>> list(@Nullable UUID only, Listing listing) {
        return database.sql(LIST)
                .bind(0, listing.after())
                .bind(1, Values.orNull(String.class, listing.status()))
                .bind(2, Values.orNull(String.class, listing.like()))
                .bind(3, listing.limit() + 1)
                .bind(4, Values.orNull(UUID.class, only))
                .map(Resellers::reseller)
                .all()
                .collectList();
    }

    Mono<Reseller> create(Terms terms, @Nullable String referral) {
        UUID id = Ids.next();
        var work =
                referrer(referral)
                        .flatMap(by -> insert(id, terms, by.orElse(null)))
                        .thenReturn(List.of(id));
        return changes.make("reseller", "create", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Reseller> edit(UUID id, Revision expected, Function<Terms, Terms> edit) {
        var work =
                locked(id)
                        .flatMap(
                                reseller -> {
                                    expected.require(reseller.revision());
                                    Terms terms = edit.apply(reseller.terms());
                                    requirePortionsFit(terms, reseller.portions());
                                    return belongings
                                            .requireSameCurrency(reseller, terms)
                                            .then(
                                                    Mono.defer(
                                                            () ->
                                                                    with(
                                                                                    database.sql(
                                                                                            UPDATE),
                                                                                    terms)
                                                                            .bind(7, id)
                                                                            .fetch()
                                                                            .rowsUpdated()));
                                })
                        .thenReturn(List.of(id));
        return changes.make("reseller", "edit", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Reseller> move(UUID id, Transition transition) {
        var work = locked(id).flatMap(reseller -> move(reseller, transition));
        return changes.make("reseller", transition.word(), work).then(Mono.defer(() -> find(id)));
    }

    Mono<Void> delete(UUID id, Revision expected) {
        var work =
                locked(id)
                        .doOnNext(reseller -> expected.require(reseller.revision()))
                        .then(belongings.requireNone(id))
                        .then(Mono.defer(() -> ids(DELETE, id)));
        return changes.make("reseller", "delete", work);
    }

    private Mono<Reseller> locked(UUID id) {
        return database.sql(LOCK)
                .bind(0, id)
                .map(Resellers::reseller)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    private Mono<List<UUID>> move(Reseller reseller, Transition transition) {
        Status next = transition.from(reseller.status());
        if (next == reseller.status()) {
            return Mono.just(List.of());
        }
        List<UUID> changed = new ArrayList<>(List.of(reseller.id()));
        var set = database.sql(SET_STATUS).bind(0, reseller.id()).bind(1, next.word());
        return next == Status.DISABLED
                ? set.fetch()
                        .rowsUpdated()
                        .then(Mono.defer(() -> ids(REVOKE_KEYS, reseller.id())))
                        .map(keys -> concat(changed, keys))
                : set.fetch().rowsUpdated().thenReturn(changed);
    }

    private static List<UUID> concat(List<UUID> first, List<UUID> more) {
        first.addAll(more);
        return first;
    }

    private Mono<List<UUID>> ids(String statement, UUID id) {
        return database.sql(statement)
                .bind(0, id)
                .map(row -> Values.get(row, "id", UUID.class))
                .all()
                .collectList();
    }

    private Mono<Long> insert(UUID id, Terms terms, @Nullable UUID referredBy) {
        return with(database.sql(INSERT), terms)
                .bind(7, id)
                .bind(8, referralCode())
                .bind(9, Values.orNull(UUID.class, referredBy))
                .fetch()
                .rowsUpdated();
    }

    private Mono<Optional<UUID>> referrer(@Nullable String code) {
        return code == null
                ? Mono.just(Optional.empty())
                : database.sql(REFERRER)
                        .bind(0, code)
                        .map(row -> Optional.of(Values.get(row, "id", UUID.class)))
                        .one()
                        .switchIfEmpty(
                                Mono.error(
                                        () ->
                                                Problem.invalid(
                                                        "/referral_code",
                                                        "unknown-value",
                                                        "No reseller has this code.")));
    }

    private static void requirePortionsFit(Terms terms, long portions) {
        Long plan = terms.monthlyQuota();
        if (plan != null && plan < portions) {
            throw Problem.invalid(
                    "/monthly_quota",
                    "below-portions",
                    "Its clients' portions already take %d of it.".formatted(portions));
        }
    }

    private String referralCode() {
        return random.ints(CODE_LENGTH, 0, CODE_ALPHABET.length())
                .mapToObj(CODE_ALPHABET::charAt)
                .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
                .toString();
    }

    private static GenericExecuteSpec with(GenericExecuteSpec statement, Terms terms) {
        return statement
                .bind(0, terms.name())
                .bind(1, terms.contactEmail())
                .bind(2, Values.orNull(Long.class, terms.monthlyQuota()))
                .bind(3, terms.timeZone())
                .bind(4, terms.weekStart())
                .bind(5, terms.currency())
                .bind(6, terms.failureMode());
    }

    private static Reseller reseller(Readable row) {
        var terms =
                new Terms(
                        Values.get(row, "name", String.class),
                        Values.get(row, "contact_email", String.class),
                        Values.orNull(row, "monthly_quota", Long.class),
                        Values.get(row, "time_zone", String.class),
                        Values.get(row, "week_start", String.class),
                        Values.get(row, "currency", String.class),
                        Values.get(row, "failure_mode", String.class));
        return new Reseller(
                Values.get(row, "id", UUID.class),
                terms,
                Values.get(row, "portions", Long.class),
                Status.of(Values.get(row, "status", String.class)),
                Values.orNull(row, "default_rule_id", UUID.class),
                Values.get(row, "referral_code", String.class),
                Values.orNull(row, "referrer", UUID.class),
                Values.get(row, "revision", Long.class),
                Values.instant(row, "created_at"));
    }
}
