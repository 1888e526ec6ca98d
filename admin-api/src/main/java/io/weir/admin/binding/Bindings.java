package io.weir.admin.binding;

import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Problem;
import io.weir.quota.subject.SubjectKind;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Which rule and which group apply to whom. What binds locks what it is bound to, so that a rule
/// or group is not deleted meanwhile.
@Component
public final class Bindings {

    private static final String FIND_RULE =
            "SELECT enabled FROM rule WHERE id = $1 AND reseller_id = $2 FOR SHARE";
    private static final String FIND_GROUP =
            "SELECT id FROM key_group WHERE id = $1 AND reseller_id = $2 FOR SHARE";
    private static final String LOCK_KEY =
            "SELECT reseller_id FROM key WHERE id = $1 FOR NO KEY UPDATE";
    private static final String LOCK_CLIENT =
            "SELECT reseller_id FROM client WHERE id = $1 FOR NO KEY UPDATE";
    private static final String LOCK_RESELLER =
            "SELECT id AS reseller_id FROM reseller WHERE id = $1 FOR NO KEY UPDATE";
    private static final String SET_KEYS_RULE =
            "UPDATE key SET rule_id = $2, revision = revision + 1 WHERE id = $1";
    private static final String SET_KEYS_GROUP =
            "UPDATE key SET group_id = $2, revision = revision + 1 WHERE id = $1";
    private static final String SET_CLIENTS_RULE =
            "UPDATE client SET default_rule_id = $2, revision = revision + 1 WHERE id = $1";
    private static final String SET_RESELLERS_RULE =
            "UPDATE reseller SET default_rule_id = $2, revision = revision + 1 WHERE id = $1";

    private final DatabaseClient database;
    private final Changes changes;

    Bindings(DatabaseClient database, Changes changes) {
        this.database = database;
        this.changes = changes;
    }

    /// Binds a key to a rule, or makes it the default of a client or reseller; null unbinds.
    public Mono<Void> rule(SubjectKind kind, UUID subject, @Nullable UUID rule) {
        var work =
                database.sql(lock(kind))
                        .bind(0, subject)
                        .map(row -> Values.get(row, "reseller_id", UUID.class))
                        .one()
                        .switchIfEmpty(Mono.error(Problem::notFound))
                        .flatMap(reseller -> requireRule(reseller, rule))
                        .then(Mono.defer(() -> set(setRule(kind), subject, rule)))
                        .thenReturn(List.of(subject));
        return changes.make(kind.name().toLowerCase(java.util.Locale.ROOT), "bind-rule", work);
    }

    /// Moves a key into a group; null takes it out.
    public Mono<Void> group(UUID key, @Nullable UUID group) {
        var work =
                database.sql(LOCK_KEY)
                        .bind(0, key)
                        .map(row -> Values.get(row, "reseller_id", UUID.class))
                        .one()
                        .switchIfEmpty(Mono.error(Problem::notFound))
                        .flatMap(reseller -> requireGroup(reseller, group))
                        .then(Mono.defer(() -> set(SET_KEYS_GROUP, key, group)))
                        .thenReturn(List.of(key));
        return changes.make("key", "move", work);
    }

    /// In the caller's transaction.
    public Mono<Void> requireRule(UUID reseller, @Nullable UUID rule) {
        if (rule == null) {
            return Mono.empty();
        }
        return database.sql(FIND_RULE)
                .bind(0, rule)
                .bind(1, reseller)
                .map(row -> Values.get(row, "enabled", Boolean.class))
                .one()
                .switchIfEmpty(Mono.error(() -> unknown("rule")))
                .flatMap(enabled -> enabled ? Mono.empty() : Mono.error(disabled()));
    }

    /// In the caller's transaction.
    public Mono<Void> requireGroup(UUID reseller, @Nullable UUID group) {
        if (group == null) {
            return Mono.empty();
        }
        return database.sql(FIND_GROUP)
                .bind(0, group)
                .bind(1, reseller)
                .fetch()
                .first()
                .switchIfEmpty(Mono.error(() -> unknown("group")))
                .then();
    }

    private Mono<Long> set(String statement, UUID subject, @Nullable UUID bound) {
        GenericExecuteSpec update = database.sql(statement).bind(0, subject);
        return update.bind(1, Values.orNull(UUID.class, bound)).fetch().rowsUpdated();
    }

    private static String lock(SubjectKind kind) {
        return switch (kind) {
            case KEY -> LOCK_KEY;
            case CLIENT -> LOCK_CLIENT;
            case RESELLER -> LOCK_RESELLER;
            case GROUP -> throw new IllegalArgumentException("A group has no rule");
        };
    }

    private static String setRule(SubjectKind kind) {
        return switch (kind) {
            case KEY -> SET_KEYS_RULE;
            case CLIENT -> SET_CLIENTS_RULE;
            case RESELLER -> SET_RESELLERS_RULE;
            case GROUP -> throw new IllegalArgumentException("A group has no rule");
        };
    }

    private static Problem unknown(String noun) {
        return Problem.invalid(
                "/%s_id".formatted(noun),
                "unknown-value",
                "The reseller has no such %s.".formatted(noun));
    }

    private static Problem disabled() {
        return Problem.invalid(
                "/rule_id", "disabled", "This rule is disabled: activate it, then bind it.");
    }
}
