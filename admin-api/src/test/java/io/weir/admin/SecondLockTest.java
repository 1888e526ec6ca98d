package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Reach;
import io.weir.admin.principal.Role;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/// What the database shows and takes when a statement itself holds nobody to their own.
class SecondLockTest {

    private static final Principal OPERATOR =
            new Principal(UUID.randomUUID(), "a test", Role.OPERATOR, null, Set.of("*"));
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static final Running running = Running.shared();

    final DatabaseClient database = running.application.getBean(DatabaseClient.class);

    /// For all that only looks, or is refused.
    static final Tenant own = Tenant.of(running);

    static final Tenant sibling = Tenant.of(running);

    /// All that the admin API's role may read, the views too.
    static Stream<String> tables() {
        return running
                .rows(
                        """
                        SELECT table_name FROM information_schema.role_table_grants
                         WHERE grantee = 'weir_admin' AND privilege_type = 'SELECT' AND table_schema = 'weir'
                           AND table_name NOT IN ('configuration', 'configuration_change', 'audit_entry')
                        """)
                .stream();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aResellerSeesNoRowOfOthers(String table) {
        List<String> seen =
                rows("SELECT t::text FROM weir.\"%s\" t".formatted(table), own.principal());

        assertThat(own.leaks(String.join("\n", seen))).isEmpty();
    }

    /// An operator who did something to it stands there by the id of a token, which opens nothing;
    /// no answer shows it.
    @Test
    void ofTheAuditLogItSeesWhatWasDoneToItsOwn() {
        String entries = "SELECT (to_jsonb(t) - 'actor_token')::text FROM weir.audit_entry t";

        assertThat(own.leaks(String.join("\n", rows(entries, own.principal())))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reseller",
                "client",
                "key",
                "key_group",
                "rule",
                "token",
                "usage_minute",
                "credential",
                "counter",
                "client_import",
                "client_import_chunk",
                "checkout",
                "provisioning",
                "facility",
                "entity",
                "entity_share",
                "provisioning_limit",
                "quota",
                "audit_entry"
            })
    void itSeesItsOwnAndAnOperatorSeesAll(String table) {
        String count = "SELECT count(*)::text FROM weir.\"%s\"".formatted(table);

        long all = Long.parseLong(running.rows(count).getFirst());
        long seen = Long.parseLong(rows(count, own.principal()).getFirst());
        assertThat(seen).isPositive().isLessThan(all);
        assertThat(rows(count, OPERATOR)).containsExactly(Long.toString(all));
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "lease", "forfeit", "expired_lease", "audit_head"})
    void whatNodesHoldIsForOperators(String table) {
        assertThat(rows("SELECT t::text FROM weir.%s t".formatted(table), own.principal()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE weir.client SET notes = 'taken'",
                "UPDATE weir.key SET label = 'taken'",
                "UPDATE weir.rule SET name = 'taken'",
                "UPDATE weir.reseller SET name = 'taken'",
                "UPDATE weir.token SET revoked_at = now()",
                "DELETE FROM weir.credential",
                "UPDATE weir.client_import SET skipped = 1",
                "DELETE FROM weir.client_import_chunk",
                "UPDATE weir.provisioning SET max_vms = NULL",
                "UPDATE weir.facility SET allocated = true",
                "DELETE FROM weir.entity_share",
                "UPDATE weir.price_book SET revision = revision + 1"
            })
    void whatAResellerChangesIsItsOwn(String statement) {
        Tenant changing = Tenant.of(running);
        List<String> before = othersRows(changing);

        rows(statement, changing.principal());

        assertThat(othersRows(changing)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE weir.client SET reseller_id = '%s'",
                "INSERT INTO weir.rule (id, reseller_id, name, enabled) VALUES (gen_random_uuid(), '%s', 'r', true)",
                "INSERT INTO weir.token (id, name, role, reseller_id, scopes, hash, prefix) VALUES (gen_random_uuid(), 't', 'reseller', '%s', '{*}', sha256('x'), 't')",
                "INSERT INTO weir.client_import (id, reseller_id, requested_by, dry_run, mode) VALUES (gen_random_uuid(), '%s', '{}', false, 'atomic')",
                "INSERT INTO weir.checkout (id, reseller_id, provider, session, url, amount, currency, charged, expires_at) VALUES (gen_random_uuid(), '%s', 'stripe', 's', 'u', 1, 'USD', 1, now())",
                "INSERT INTO weir.facility (reseller_id, id, kind, name) VALUES ('%s', gen_random_uuid(), 'data_center', 'd')",
                "INSERT INTO weir.entity (reseller_id, id, kind, name) VALUES ('%s', gen_random_uuid(), 'tenant', 't')",
                "INSERT INTO weir.price (route, model) VALUES ('%s', '*')"
            })
    void nothingIsGivenToOthers(String statement) {
        assertThatThrownBy(() -> rows(statement.formatted(sibling.reseller()), own.principal()))
                .hasMessageContaining("row-level security");
    }

    @Test
    void aConnectionTakesNothingAlongFromOneLoanToTheNext() {
        String whose =
                "SELECT coalesce(string_agg(id::text, ','), '') FROM weir.reseller WHERE id IN ('%s', '%s')"
                        .formatted(own.reseller(), sibling.reseller());

        List<Boolean> right =
                Flux.range(0, 600)
                        .flatMap(
                                i ->
                                        switch (i % 3) {
                                            case 0 ->
                                                    asked(whose, own.principal()::in)
                                                            .map(own.reseller().toString()::equals);
                                            case 1 ->
                                                    asked(whose, sibling.principal()::in)
                                                            .map(
                                                                    sibling.reseller().toString()
                                                                            ::equals);
                                            default ->
                                                    asked(whose, OPERATOR::in)
                                                            .map(seen -> seen.length() == 73);
                                        },
                                24)
                        .collectList()
                        .block(PATIENCE);
        assertThat(right).hasSize(600).containsOnly(true);
    }

    @Test
    void whoSaysNothingReachesNothing() {
        assertThatThrownBy(() -> asked("SELECT 1::text", context -> context).block(PATIENCE))
                .hasStackTraceContaining("Context does not contain key");
        assertThat(asked("SELECT 1::text", Reach::ours).block(PATIENCE)).isEqualTo("1");
    }

    private List<String> rows(String sql, Principal as) {
        return Objects.requireNonNull(
                database.sql(sql)
                        .map(row -> String.valueOf(row.get(0, String.class)))
                        .all()
                        .collectList()
                        .contextWrite(as::in)
                        .block(PATIENCE));
    }

    private Mono<String> asked(String sql, Function<Context, Context> as) {
        return database.sql(sql)
                .map(row -> String.valueOf(row.get(0, String.class)))
                .one()
                .contextWrite(as);
    }

    /// A credential tells its key, everything else of a reseller the reseller.
    private static List<String> othersRows(Tenant of) {
        String reseller = of.reseller().toString();
        String key = of.fixture().key().substring(4);
        return Stored.everything(running).stream()
                .filter(row -> !row.contains(reseller) && !row.contains(key))
                .toList();
    }
}
