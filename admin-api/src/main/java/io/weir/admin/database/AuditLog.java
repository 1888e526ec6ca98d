package io.weir.admin.database;

import io.weir.admin.principal.Principal;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Request;
import java.util.Optional;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Writes entries of the audit log. What changed is known to the database, which has seen it; here
/// is known who did it, and what it is called.
@Component
final class AuditLog {

    private static final String ADD = "SELECT audit($1, $2, $3, $4, $5, $6, $7, $8, $9) AS number";

    private final DatabaseClient database;

    AuditLog(DatabaseClient database) {
        this.database = database;
    }

    /// In the caller's transaction, after what it did. It holds the end of the log until then.
    Mono<Long> add(String resource, String action) {
        return Mono.deferContextual(
                context ->
                        add(
                                context.<Principal>getOrEmpty(Principal.class),
                                Request.in(context),
                                resource,
                                action));
    }

    /// Without anybody who asks, it is our own work.
    private Mono<Long> add(
            Optional<Principal> who, Optional<Request> request, String resource, String action) {
        return database.sql(ADD)
                .bind(0, Ids.next())
                .bind(1, Values.orNull(UUID.class, who.map(Principal::token).orElse(null)))
                .bind(2, who.map(Principal::name).orElse("weir"))
                .bind(3, who.map(by -> by.role().word()).orElse("system"))
                .bind(4, Values.orNull(UUID.class, who.map(Principal::reseller).orElse(null)))
                .bind(5, resource)
                .bind(6, action)
                .bind(7, Values.orNull(String.class, request.map(Request::id).orElse(null)))
                .bind(8, request.map(Request::path).orElse(""))
                .map(row -> Values.get(row, "number", Long.class))
                .one();
    }
}
