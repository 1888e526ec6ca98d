package io.weir.admin.wire;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// What a list is asked for: a page in the order of ids, which is that of creation, and filters.
///
/// @param after the id before the page
/// @param like a pattern for `ILIKE`
public record Listing(int limit, UUID after, @Nullable String status, @Nullable String like) {

    private static final int USUAL = 50;
    private static final int MOST = 200;
    private static final UUID FIRST = new UUID(0, 0);

    public static Listing of(ServerHttpRequest request, String... statuses) {
        return of(new Query(request), statuses);
    }

    /// @param query of which filters of its own were read before
    public static Listing of(Query query, String... statuses) {
        int limit = query.integer("limit", 1, MOST, USUAL);
        UUID after = after(query);
        String status = statuses.length == 0 ? null : query.oneOf("status", List.of(statuses));
        String search = query.text("q");
        query.nothingElse();
        return new Listing(limit, after, status, search == null ? null : pattern(search));
    }

    /// A page of a list that is not searched; the query is the caller's to read on, and to end.
    public static Listing page(Query query) {
        return new Listing(query.integer("limit", 1, MOST, USUAL), after(query), null, null);
    }

    /// Whether it is the first page.
    public boolean isFirst() {
        return after.equals(FIRST);
    }

    private static UUID after(Query query) {
        String cursor = query.text("cursor");
        return cursor == null ? FIRST : query.seal().open(cursor).orElseGet(() -> refused(query));
    }

    private static UUID refused(Query query) {
        query.violates("cursor", "cursor", "This is no cursor of an earlier answer of this list.");
        return FIRST;
    }

    /// A search is for the text itself, whatever it means to `LIKE`.
    private static String pattern(String search) {
        return "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}
