package io.weir.admin.access;

import io.weir.admin.database.Values;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.time.Duration;
import java.util.Optional;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
final class Tokens {

    private static final String ROLE =
            """
            SELECT role FROM token
             WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """;
    private static final Duration PATIENCE = Duration.ofMillis(750);

    private final DatabaseClient database;
    private final Pepper pepper;

    Tokens(DatabaseClient database, Pepper pepper) {
        this.database = database;
        this.pepper = pepper;
    }

    /// What the bearer of a token may do, nothing if it is none of ours.
    Mono<Optional<Role>> role(Secret token) {
        return database.sql(ROLE)
                .bind(0, pepper.hash(token))
                .map(row -> Role.of(Values.get(row, "role", String.class)))
                .one()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .timeout(PATIENCE);
    }
}
