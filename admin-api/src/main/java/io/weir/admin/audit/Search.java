package io.weir.admin.audit;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Listing;
import io.weir.admin.wire.Query;
import io.weir.admin.wire.Resource;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// What of the log is asked for; what is absent restricts nothing.
///
/// @param before the number above which nothing is wanted, as it was told already
/// @param token by which it was done
/// @param actor the name of somebody
record Search(
        int limit,
        long before,
        @Nullable String resource,
        @Nullable String action,
        @Nullable String subject,
        @Nullable UUID token,
        @Nullable String actor,
        @Nullable Instant from,
        @Nullable Instant to) {

    static Search of(ServerHttpRequest request) {
        var query = new Query(request);
        Listing page = Listing.page(query);
        String resource = query.text("resource");
        String action = query.text("action");
        String subject = query.text("subject");
        String actor = query.text("actor");
        Instant from = query.instant("from");
        Instant to = query.instant("to");
        if (from != null && to != null && !from.isBefore(to)) {
            query.violates("from", "range", "This must be before the end.");
        }
        query.nothingElse();
        UUID token = actor == null ? null : Ids.find(Resource.TOKEN, actor).orElse(null);
        return new Search(
                page.limit(),
                page.isFirst() ? Long.MAX_VALUE : page.after().getLeastSignificantBits(),
                resource,
                action,
                subject,
                token,
                token == null ? actor : null,
                from,
                to);
    }
}
