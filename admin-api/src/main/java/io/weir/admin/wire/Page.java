package io.weir.admin.wire;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.UriComponentsBuilder;

/// A part of a list, and where the next begins.
///
/// @param nextCursor the last id, until it is sealed in the answer
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    public Page {
        items = List.copyOf(items);
    }

    /// @param found one more than was asked for, if there are more
    public static <T> Page<T> of(List<T> found, int limit, Function<T, UUID> id) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        List<T> items = found.subList(0, limit);
        return new Page<>(items, id.apply(items.getLast()).toString());
    }

    /// The same, and what comes after an id is still to be looked at.
    public Page<T> upTo(UUID last) {
        return new Page<>(items, last.toString());
    }

    public <U> Page<U> map(Function<T, U> shown) {
        return new Page<>(items.stream().map(shown).toList(), nextCursor);
    }

    public ResponseEntity<Page<T>> answer(ServerHttpRequest request) {
        String sealed = sealed(request, nextCursor);
        if (sealed == null) {
            return ResponseEntity.ok(this);
        }
        String next =
                UriComponentsBuilder.fromPath(request.getPath().value())
                        .query(request.getURI().getRawQuery())
                        .replaceQueryParam("cursor", sealed)
                        .build(true)
                        .toUriString();
        return ResponseEntity.ok()
                .header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"")
                .body(new Page<>(items, sealed));
    }

    /// @param last the id before the next page; none if this is the last one
    public static @Nullable String sealed(ServerHttpRequest request, @Nullable String last) {
        return last == null ? null : CursorSeal.of(request).seal(UUID.fromString(last));
    }
}
