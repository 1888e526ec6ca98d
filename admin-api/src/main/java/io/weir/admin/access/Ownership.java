package io.weir.admin.access;

import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
import io.weir.admin.wire.NamedIds;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/// The first lock between resellers: whatever id a reseller names, in a path, a query or a body, is
/// its own, or there is nothing with it. For all operations there are and will be; the second lock
/// are the policies of the tables.
@Component
@Order(Ordered.LOWEST_PRECEDENCE - 50)
final class Ownership implements WebFilter {

    /// What is deleted is still owned, for the sake of its usage and of what was done to it.
    private static final String OWNED =
            """
            SELECT id FROM reseller WHERE id = ANY($1) AND id = $2
            UNION ALL SELECT id FROM client WHERE id = ANY($1) AND reseller_id = $2
            UNION ALL SELECT id FROM key WHERE id = ANY($1) AND reseller_id = $2
            UNION ALL SELECT id FROM key_group WHERE id = ANY($1) AND reseller_id = $2
            UNION ALL SELECT id FROM rule WHERE id = ANY($1) AND reseller_id = $2
            UNION ALL SELECT id FROM token WHERE id = ANY($1) AND reseller_id = $2
            UNION ALL SELECT id FROM client_import WHERE id = ANY($1) AND reseller_id = $2
            UNION ALL SELECT id FROM checkout WHERE id = ANY($1) AND reseller_id = $2
            UNION ALL SELECT id FROM unnest($1) AS asked (id)
                WHERE EXISTS (SELECT FROM usage_hour u WHERE u.key_id = id AND u.reseller_id = $2)
                   OR EXISTS (SELECT FROM usage_hour u WHERE u.client_id = id AND u.reseller_id = $2)
                   OR EXISTS (SELECT FROM usage_hour u WHERE u.group_id = id AND u.reseller_id = $2)
                   OR EXISTS (SELECT FROM audit_entry a WHERE a.reseller_id = $2 AND a.subjects &&
                                  ARRAY['cli_' || asked.id, 'key_' || asked.id, 'grp_' || asked.id, 'rul_' || asked.id])
            """;

    private final DatabaseClient database;

    Ownership(DatabaseClient database) {
        this.database = database;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (Authentication.isOpen(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        return Principal.current()
                .flatMap(
                        principal ->
                                principal.reseller() == null
                                        ? Mono.empty()
                                        : require(principal.reseller(), exchange.getRequest()))
                .then(chain.filter(exchange));
    }

    private Mono<Void> require(UUID reseller, ServerHttpRequest request) {
        return NamedIds.of(request)
                .filter(named -> !named.all().isEmpty())
                .flatMap(named -> owned(reseller, named.all()).doOnNext(named::requireAmong))
                .then();
    }

    private Mono<Set<UUID>> owned(UUID reseller, List<UUID> ids) {
        return database.sql(OWNED)
                .bind(0, ids.toArray(UUID[]::new))
                .bind(1, reseller)
                .map(row -> Values.get(row, "id", UUID.class))
                .all()
                .collect(HashSet::new, Set::add);
    }
}
