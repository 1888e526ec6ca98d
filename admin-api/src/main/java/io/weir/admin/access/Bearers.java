package io.weir.admin.access;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Reach;
import io.weir.admin.principal.Role;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Who shows a token, ours or a trusted issuer's. Those of a reseller that is disabled open nothing
/// any more.
@Component
final class Bearers {

    private static final String BEARER =
            """
            SELECT t.id, t.name, t.role, t.reseller_id, t.scopes
              FROM token t LEFT JOIN reseller r ON r.id = t.reseller_id
             WHERE t.hash = $1 AND t.revoked_at IS NULL
               AND (t.expires_at IS NULL OR t.expires_at > now())
               AND r.status IS DISTINCT FROM 'disabled'
            """;
    private static final String OPEN =
            "SELECT id FROM reseller WHERE id = $1 AND status <> 'disabled'";
    private static final Duration PATIENCE = Duration.ofMillis(750);

    private final DatabaseClient database;
    private final Pepper pepper;
    private final Jwts jwts;

    Bearers(DatabaseClient database, Pepper pepper, Jwts jwts) {
        this.database = database;
        this.pepper = pepper;
        this.jwts = jwts;
    }

    /// Nobody, if it is no token that is taken here.
    Mono<Optional<Principal>> of(String token) {
        return Secret.parse(Secret.Kind.TOKEN, token)
                .map(this::ofOurs)
                .orElseGet(() -> jwts.principal(token).filterWhen(this::isOpen))
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty());
    }

    private Mono<Principal> ofOurs(Secret token) {
        return database.sql(BEARER)
                .bind(0, pepper.hash(token))
                .map(Bearers::principal)
                .one()
                .timeout(PATIENCE)
                .contextWrite(Reach::ours);
    }

    private Mono<Boolean> isOpen(Principal principal) {
        UUID reseller = principal.reseller();
        return reseller == null
                ? Mono.just(true)
                : database.sql(OPEN)
                        .bind(0, reseller)
                        .fetch()
                        .first()
                        .hasElement()
                        .timeout(PATIENCE)
                        .contextWrite(Reach::ours);
    }

    private static Principal principal(Readable row) {
        return new Principal(
                Values.get(row, "id", UUID.class),
                Values.get(row, "name", String.class),
                Role.of(Values.get(row, "role", String.class)),
                row.get("reseller_id", UUID.class),
                Set.of(Values.get(row, "scopes", String[].class)));
    }
}
