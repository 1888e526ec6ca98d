package io.weir.admin.alert;

import io.weir.admin.database.Values;
import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Listing;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What was put down by whatever counted the usage. A reseller sees its own.
@Component
class Alerts {

    private static final String LIST =
            """
            SELECT id, reseller_id, kind, subject, policy, percent, unit, "limit", used, starts, crossed_at
              FROM alert
             WHERE id > $1 AND ($2::uuid IS NULL OR reseller_id = $2)
               AND ($3::uuid IS NULL OR reseller_id = $3) AND ($4::uuid IS NULL OR subject = $4)
             ORDER BY id LIMIT $5
            """;

    private final DatabaseClient database;

    Alerts(DatabaseClient database) {
        this.database = database;
    }

    /// @param subject whose; a reseller's are all below it; null for everybody's
    Mono<List<Alert>> list(Listing listing, @Nullable Subject subject) {
        boolean all = subject != null && subject.kind() == SubjectKind.RESELLER;
        UUID id = subject == null ? null : subject.id();
        return Principal.current()
                .flatMap(
                        who ->
                                database.sql(LIST)
                                        .bind(0, listing.after())
                                        .bind(1, Values.orNull(UUID.class, who.reseller()))
                                        .bind(2, Values.orNull(UUID.class, all ? id : null))
                                        .bind(3, Values.orNull(UUID.class, all ? null : id))
                                        .bind(4, listing.limit() + 1)
                                        .map(Alert::of)
                                        .all()
                                        .collectList());
    }
}
