package io.weir.admin.why;

import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Problem;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What gateways put down. A reseller sees its own.
@Component
class Decisions {

    /// What is older, or more, is as good as gone: gateways tidy up when they come by.
    private static final String ROWS =
            """
            SELECT d.id, d.reseller_id, d.client_id, d.key_id, d.outcome, d.route, d.decided_at,
                   d.explanation::text AS explanation
              FROM decision d WHERE d.decided_at > now() - interval '24 h'
               AND ($1::uuid IS NULL OR d.reseller_id = $1)
            """;

    private static final String FIND =
            ROWS
                    + """
                       AND d.id = $2
                       AND (SELECT count(*) FROM decision n
                             WHERE n.key_id = d.key_id AND n.outcome = d.outcome AND n.id > d.id) < 1000
                    """;
    private static final String LIST =
            ROWS
                    + """
                       AND d.key_id = $2 AND ($3::uuid IS NULL OR d.id < $3)
                       AND ($4::text IS NULL OR d.outcome = $4)
                     ORDER BY d.id DESC LIMIT $5
                    """;

    private final DatabaseClient database;

    Decisions(DatabaseClient database) {
        this.database = database;
    }

    Mono<Decision> find(UUID request) {
        return Principal.current()
                .flatMap(
                        who ->
                                database.sql(FIND)
                                        .bind(0, Values.orNull(UUID.class, who.reseller()))
                                        .bind(1, request)
                                        .map(Decision::of)
                                        .one())
                .switchIfEmpty(Mono.error(Problem::notFound));
    }

    /// Of a key, the newest first.
    Mono<List<Decision>> list(UUID key, Listing listing, @Nullable String outcome) {
        UUID before = listing.isFirst() ? null : listing.after();
        return Principal.current()
                .flatMap(
                        who ->
                                database.sql(LIST)
                                        .bind(0, Values.orNull(UUID.class, who.reseller()))
                                        .bind(1, key)
                                        .bind(2, Values.orNull(UUID.class, before))
                                        .bind(3, Values.orNull(String.class, outcome))
                                        .bind(4, listing.limit() + 1)
                                        .map(Decision::of)
                                        .all()
                                        .collectList());
    }
}
