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
        return new Page<>(items, Listing.cursor(id.apply(items.getLast())));
    }

    public <U> Page<U> map(Function<T, U> shown) {
        return new Page<>(items.stream().map(shown).toList(), nextCursor);
    }

    public ResponseEntity<Page<T>> answer(ServerHttpRequest request) {
        var answer = ResponseEntity.ok();
        if (nextCursor != null) {
            String next =
                    UriComponentsBuilder.fromPath(request.getPath().value())
                            .query(request.getURI().getRawQuery())
                            .replaceQueryParam("cursor", nextCursor)
                            .build(true)
                            .toUriString();
            answer.header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
        }
        return answer.body(this);
    }
}
