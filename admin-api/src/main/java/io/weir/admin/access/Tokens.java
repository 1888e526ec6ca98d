package io.weir.admin.access;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Changes;
import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
import io.weir.admin.principal.Role;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import io.weir.quota.subject.Pepper;
import io.weir.quota.subject.Secret;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Tokens that were not revoked; those that were stay in the table, and nobody sees them.
@Component
class Tokens {

    private static final String ROWS =
            """
            SELECT * FROM (
                SELECT id, name, role, reseller_id, scopes, prefix, expires_at, created_at,
                       CASE WHEN expires_at <= now() THEN 'expired' ELSE 'active' END AS status
                  FROM token WHERE revoked_at IS NULL AND ($1::uuid IS NULL OR reseller_id = $1)) t
            """;
    private static final String FIND = ROWS + "WHERE id = $2";
    private static final String LIST =
            ROWS
                    + """
                    WHERE id > $2 AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR name ILIKE $4)
                    ORDER BY id LIMIT $5
                    """;
    private static final String LOCK_RESELLER =
            "SELECT id FROM reseller WHERE id = $1 AND status <> 'disabled' FOR KEY SHARE";
    private static final String INSERT =
            """
            INSERT INTO token (id, name, role, reseller_id, scopes, hash, prefix, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;
    private static final String REVOKE =
            """
            UPDATE token SET revoked_at = now()
             WHERE id = $2 AND revoked_at IS NULL AND ($1::uuid IS NULL OR reseller_id = $1)
            """;

    private final DatabaseClient database;
    private final Changes changes;
    private final Pepper pepper;

    Tokens(DatabaseClient database, Changes changes, Pepper pepper) {
        this.database = database;
        this.changes = changes;
        this.pepper = pepper;
    }

    Mono<Token> find(Principal by, UUID id) {
        return database.sql(FIND)
                .bind(0, Values.orNull(UUID.class, by.reseller()))
                .bind(1, id)
                .map(Tokens::token)
                .one()
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    Mono<List<Token>> list(Principal by, Listing listing) {
        return database.sql(LIST)
                .bind(0, Values.orNull(UUID.class, by.reseller()))
                .bind(1, listing.after())
                .bind(2, Values.orNull(String.class, listing.status()))
                .bind(3, Values.orNull(String.class, listing.like()))
                .bind(4, listing.limit() + 1)
                .map(Tokens::token)
                .all()
                .collectList();
    }

    Mono<Token> create(Principal by, Grant grant, Secret secret) {
        UUID id = Ids.next();
        var work =
                requireOpen(grant.reseller())
                        .then(Mono.defer(() -> insert(id, grant, secret)))
                        .thenReturn(List.<UUID>of());
        return changes.make("token", "create", work).then(Mono.defer(() -> find(by, id)));
    }

    Mono<Void> revoke(Principal by, UUID id) {
        var work =
                database.sql(REVOKE)
                        .bind(0, Values.orNull(UUID.class, by.reseller()))
                        .bind(1, id)
                        .fetch()
                        .rowsUpdated()
                        .filter(revoked -> revoked == 1)
                        .switchIfEmpty(Mono.error(Problem::notFound))
                        .thenReturn(List.<UUID>of());
        return changes.make("token", "revoke", work);
    }

    private Mono<Long> insert(UUID id, Grant grant, Secret secret) {
        return database.sql(INSERT)
                .bind(0, id)
                .bind(1, grant.name())
                .bind(2, grant.role().word())
                .bind(3, Values.orNull(UUID.class, grant.reseller()))
                .bind(4, grant.scopes().toArray(String[]::new))
                .bind(5, pepper.hash(secret))
                .bind(6, secret.prefix())
                .bind(7, Values.orNull(grant.expiresAt()))
                .fetch()
                .rowsUpdated();
    }

    private Mono<Void> requireOpen(@Nullable UUID reseller) {
        if (reseller == null) {
            return Mono.empty();
        }
        return database.sql(LOCK_RESELLER)
                .bind(0, reseller)
                .fetch()
                .first()
                .switchIfEmpty(
                        Mono.error(
                                () ->
                                        Problem.invalid(
                                                "/reseller_id",
                                                "unknown-value",
                                                "There is no such reseller, or it is disabled.")))
                .then();
    }

    private static Token token(Readable row) {
        return new Token(
                Values.get(row, "id", UUID.class),
                Values.get(row, "name", String.class),
                Role.of(Values.get(row, "role", String.class)),
                Values.orNull(row, "reseller_id", UUID.class),
                List.of(Values.get(row, "scopes", String[].class)),
                Values.get(row, "prefix", String.class),
                Values.get(row, "status", String.class),
                Values.instantOrNull(row, "expires_at"),
                Values.instant(row, "created_at"));
    }
}
