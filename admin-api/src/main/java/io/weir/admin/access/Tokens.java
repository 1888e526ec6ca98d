package io.weir.admin.access;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
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

@Component
final class Tokens {

    private static final String BEARER =
            """
            SELECT id, name, role, reseller_id, scopes FROM token
             WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """;
    private static final Duration PATIENCE = Duration.ofMillis(750);

    private final DatabaseClient database;
    private final Pepper pepper;

    Tokens(DatabaseClient database, Pepper pepper) {
        this.database = database;
        this.pepper = pepper;
    }

    /// Whose token it is, nothing if it is none of ours.
    Mono<Optional<Principal>> bearer(Secret token) {
        return database.sql(BEARER)
                .bind(0, pepper.hash(token))
                .map(Tokens::principal)
                .one()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .timeout(PATIENCE);
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
