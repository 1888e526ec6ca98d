package io.weir.admin.key;

import io.weir.admin.binding.Bindings;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Refusals;
import io.weir.admin.database.Values;
import io.weir.admin.quota.AlertPercents;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Problem;
import io.weir.admin.wire.Revision;
import io.weir.quota.subject.Secret;
import io.weir.quota.subject.SubjectKind;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Keys {

    private static final String ROWS =
            """
            SELECT * FROM (
                SELECT k.*, CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
                                 WHEN k.expires_at <= now() THEN 'expired'
                                 ELSE 'active' END AS status,
                       coalesce(c.time_zone, r.time_zone) AS zone, r.week_start,
                       u.id AS applied_id, u.name AS applied_name, u.quota_period AS applied_period,
                       u.quota_credits AS applied_credits, u.window_zone AS applied_zone,
                       CASE u.id WHEN k.rule_id THEN 'key' WHEN c.default_rule_id THEN 'client'
                                 ELSE 'reseller' END AS applied_bound_to,
                       old.prefix AS previous_prefix, old.last_four AS previous_last_four,
                       old.expires_at AS previous_expires_at
                  FROM key k JOIN reseller r ON r.id = k.reseller_id LEFT JOIN client c ON c.id = k.client_id
                       LEFT JOIN credential old ON old.key_id = k.id AND old.expires_at > now()
                       LEFT JOIN LATERAL (
                           SELECT * FROM rule WHERE enabled AND id IN (k.rule_id, c.default_rule_id, r.default_rule_id)
                            ORDER BY id = k.rule_id DESC NULLS LAST, id = c.default_rule_id DESC NULLS LAST LIMIT 1
                       ) u ON true) k
            """;
    private static final String FIND = ROWS + "WHERE id = $1";
    private static final String FILTER =
            """
              AND id > $2 AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR label ILIKE $4 OR prefix ILIKE $4)
              AND ($6::uuid IS NULL OR group_id = $6) AND ($7::uuid IS NULL OR rule_id = $7)
              AND ($8::text IS NULL OR id IN (SELECT key_id FROM key_email WHERE lower(email) = lower($8)))
            ORDER BY id LIMIT $5
            """;
    private static final String LIST_OF_CLIENT = ROWS + "WHERE client_id = $1" + FILTER;
    private static final String LIST_OF_GROUP = ROWS + "WHERE group_id = $1" + FILTER;
    private static final String LIST_OF_RULE = ROWS + "WHERE rule_id = $1" + FILTER;
    private static final String LIST_OF_RESELLER =
            ROWS + "WHERE reseller_id = $1 AND client_id IS NULL" + FILTER;
    private static final String LOCK = "SELECT id FROM key WHERE id = $1 FOR UPDATE";
    private static final String INSERT =
            """
            INSERT INTO key (label, requests_per_minute, tokens_per_minute, requests_per_day, concurrent_requests,
                token_quota, token_quota_reset, group_id, rule_id, failure_mode, expires_at,
                allowed_routes, allowed_models, allowed_cidrs,
                id, reseller_id, client_id, prefix, last_four, alert_percents)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            """;
    private static final String UPDATE =
            """
            UPDATE key SET label = $1, requests_per_minute = $2, tokens_per_minute = $3, requests_per_day = $4,
                   concurrent_requests = $5, token_quota = $6, token_quota_reset = $7, group_id = $8, rule_id = $9,
                   failure_mode = $10, expires_at = $11, allowed_routes = $12, allowed_models = $13,
                   allowed_cidrs = $14, alert_percents = $16, revision = revision + 1 WHERE id = $15
            """;
    private static final String REVOKE =
            """
            UPDATE key SET revoked_at = now(), revision = revision + 1
             WHERE id = $1 AND revoked_at IS NULL
            """;
    private static final String RESET_TOKENS =
            """
            UPDATE key SET token_quota_since = greatest(date_trunc('second', now()), token_quota_since + interval '1 s'),
                   revision = revision + 1 WHERE id = $1
            """;
    private static final String OPEN_BUDGET = "SELECT open_budget($1, $2, $3)";
    private static final String DELETE = "DELETE FROM key WHERE id = $1";

    private final DatabaseClient database;
    private final Changes changes;
    private final Owners owners;
    private final Bindings bindings;
    private final Credentials credentials;

    Keys(
            DatabaseClient database,
            Changes changes,
            Owners owners,
            Bindings bindings,
            Credentials credentials) {
        this.database = database;
        this.changes = changes;
        this.owners = owners;
        this.bindings = bindings;
        this.credentials = credentials;
    }

    Mono<Key> find(UUID id) {
        return database.sql(FIND)
                .bind(0, id)
                .map(KeyRow::key)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<List<Key>> list(SubjectKind owner, UUID id, Filter filter) {
        return owners.find(owner, id).then(Mono.defer(() -> rows(listOf(owner), id, filter)));
    }

    /// Those that are bound to a rule of their own, whoever they belong to.
    Mono<List<Key>> listOfRule(UUID rule, Filter filter) {
        return owners.requireRule(rule).then(Mono.defer(() -> rows(LIST_OF_RULE, rule, filter)));
    }

    private Mono<List<Key>> rows(String statement, UUID id, Filter filter) {
        return filter.bind(database.sql(statement).bind(0, id), 1)
                .map(KeyRow::key)
                .all()
                .collectList();
    }

    Mono<Key> create(
            SubjectKind owner,
            UUID ownerId,
            Terms terms,
            @Nullable NewBudget budget,
            Secret secret) {
        UUID id = Ids.next();
        @Nullable UUID client = owner == SubjectKind.CLIENT ? ownerId : null;
        var work =
                owners.open(owner, ownerId)
                        .delayUntil(open -> requireBindable(open.resellerId(), null, terms))
                        .flatMap(
                                open ->
                                        with(database.sql(INSERT), terms)
                                                .bind(14, id)
                                                .bind(15, open.resellerId())
                                                .bind(16, Values.orNull(UUID.class, client))
                                                .bind(17, secret.prefix())
                                                .bind(18, secret.lastFour())
                                                .bind(
                                                        19,
                                                        AlertPercents.stored(terms.alertPercents()))
                                                .fetch()
                                                .rowsUpdated())
                        .then(Mono.defer(() -> credentials.add(id, secret)))
                        .then(Mono.defer(() -> open(id, budget)))
                        .thenReturn(List.of(id));
        return changes.make("key", "create", work).then(Mono.defer(() -> find(id)));
    }

    /// Last, since it locks the ledger.
    private Mono<Long> open(UUID key, @Nullable NewBudget budget) {
        if (budget == null) {
            return Mono.empty();
        }
        return database.sql(OPEN_BUDGET)
                .bind(0, key)
                .bind(1, budget.price())
                .bind(2, budget.cost())
                .fetch()
                .rowsUpdated()
                .onErrorMap(
                        failure ->
                                Refusals.state(failure).equals(Refusals.TOO_LITTLE)
                                        ? NewBudget.insufficient()
                                        : failure);
    }

    Mono<Key> edit(UUID id, Revision expected, Function<Terms, Terms> edit) {
        var work =
                locked(id)
                        .doOnNext(key -> expected.require(key.revision()))
                        .flatMap(key -> change(key, edit.apply(key.terms())))
                        .thenReturn(List.of(id));
        return changes.make("key", "edit", work).then(Mono.defer(() -> find(id)));
    }

    /// Tokens count from now on as if none had been used.
    Mono<Key> resetTokens(UUID id) {
        var work =
                locked(id)
                        .doOnNext(key -> key.requireManualTokens())
                        .flatMap(_ -> database.sql(RESET_TOKENS).bind(0, id).fetch().rowsUpdated())
                        .thenReturn(List.of(id));
        return changes.make("key", "reset-tokens", work).then(Mono.defer(() -> find(id)));
    }

    /// Another secret for the same key; what it used so far counts on. The key's owner is locked
    /// first, as whoever disables one does.
    Mono<Key> rotate(UUID id, long graceSeconds, Secret secret) {
        var work =
                find(id).flatMap(key -> owners.open(key.owner(), key.ownerId()))
                        .then(Mono.defer(() -> locked(id)))
                        .doOnNext(Key::requireActive)
                        .flatMap(_ -> credentials.replace(id, secret, graceSeconds))
                        .thenReturn(List.of(id));
        return changes.make("key", "rotate", work).then(Mono.defer(() -> find(id)));
    }

    /// For good. Its credential stays, so that whoever still uses it is told what happened.
    Mono<Key> revoke(UUID id) {
        var work =
                locked(id)
                        .flatMap(_ -> database.sql(REVOKE).bind(0, id).fetch().rowsUpdated())
                        .thenReturn(List.of(id));
        return changes.make("key", "revoke", work).then(Mono.defer(() -> find(id)));
    }

    Mono<Void> delete(UUID id, Revision expected) {
        var work =
                locked(id)
                        .doOnNext(key -> expected.require(key.revision()))
                        .flatMap(_ -> database.sql(DELETE).bind(0, id).fetch().rowsUpdated())
                        .thenReturn(List.of(id));
        return changes.make("key", "delete", work);
    }

    private Mono<Long> change(Key key, Terms terms) {
        return requireBindable(key.resellerId(), key.terms(), terms)
                .then(
                        Mono.defer(
                                () ->
                                        with(database.sql(UPDATE), terms)
                                                .bind(14, key.id())
                                                .bind(
                                                        15,
                                                        AlertPercents.stored(terms.alertPercents()))
                                                .fetch()
                                                .rowsUpdated()));
    }

    /// What is bound already may stay so.
    private Mono<Void> requireBindable(UUID reseller, @Nullable Terms before, Terms terms) {
        boolean sameGroup = before != null && Objects.equals(before.group(), terms.group());
        boolean sameRule = before != null && Objects.equals(before.rule(), terms.rule());
        return bindings.requireGroup(reseller, sameGroup ? null : terms.group())
                .then(bindings.requireRule(reseller, sameRule ? null : terms.rule()));
    }

    private static String listOf(SubjectKind owner) {
        return switch (owner) {
            case CLIENT -> LIST_OF_CLIENT;
            case GROUP -> LIST_OF_GROUP;
            case RESELLER -> LIST_OF_RESELLER;
            case KEY -> throw new IllegalArgumentException("A key has no keys");
        };
    }

    private Mono<Key> locked(UUID id) {
        return database.sql(LOCK).bind(0, id).fetch().first().then(Mono.defer(() -> find(id)));
    }

    private static GenericExecuteSpec with(GenericExecuteSpec statement, Terms terms) {
        TokenQuota quota = terms.tokenQuota();
        return terms.allowed()
                .bind(statement, 11)
                .bind(0, terms.label())
                .bind(1, Values.orNull(Long.class, terms.requestsPerMinute()))
                .bind(2, Values.orNull(Long.class, terms.tokensPerMinute()))
                .bind(3, Values.orNull(Long.class, terms.requestsPerDay()))
                .bind(4, Values.orNull(Long.class, terms.concurrentRequests()))
                .bind(5, Values.orNull(Long.class, quota == null ? null : quota.limit()))
                .bind(6, Values.orNull(String.class, quota == null ? null : quota.reset()))
                .bind(7, Values.orNull(UUID.class, terms.group()))
                .bind(8, Values.orNull(UUID.class, terms.rule()))
                .bind(9, terms.failureMode())
                .bind(10, Values.orNull(terms.expiresAt()));
    }
}
