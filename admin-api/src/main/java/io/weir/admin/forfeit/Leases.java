package io.weir.admin.forfeit;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Listing;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

@Component
class Leases {

    /// A lease has no id of its own: one is made of what tells it from others.
    private static final String LIST =
            """
            SELECT * FROM (
                SELECT md5(s.node || s.subject::text || s.policy || extract(epoch FROM s.starts))::uuid AS id,
                       s.node, coalesce(n.name, n.id::text) AS name, s.subject, s.policy, s.starts, s.held AS units,
                       s.expires_at, n.seen_at, coalesce(e.may_be_forfeited, false) AS may_be_forfeited,
                       CASE WHEN e.node IS NULL THEN 'active' ELSE 'expired' END AS status,
            """
                    + Share.UNIT
                    + """
                      FROM lease s JOIN node n ON n.id = s.node
                           LEFT JOIN expired_lease e USING (node, subject, policy, starts)) l
             WHERE id > $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR name ILIKE $3)
             ORDER BY id LIMIT $4
            """;

    private final DatabaseClient database;

    Leases(DatabaseClient database) {
        this.database = database;
    }

    Mono<List<Lease>> list(Listing listing) {
        return database.sql(LIST)
                .bind(0, listing.after())
                .bind(1, Values.orNull(String.class, listing.status()))
                .bind(2, Values.orNull(String.class, listing.like()))
                .bind(3, listing.limit() + 1)
                .map(Leases::lease)
                .all()
                .collectList();
    }

    private static Lease lease(Readable row) {
        return new Lease(
                Values.get(row, "id", UUID.class),
                Share.of(row),
                Values.get(row, "status", String.class),
                Values.instant(row, "expires_at"),
                Values.instant(row, "seen_at"),
                Values.get(row, "may_be_forfeited", Boolean.class));
    }
}
