package io.weir.admin.wire;

import java.util.Optional;
import reactor.util.context.ContextView;

/// The request on whose behalf the current chain runs.
///
/// @param id as in its `x-request-id`
public record Request(String id, String path) {

    /// Nothing in work of our own.
    public static Optional<Request> in(ContextView context) {
        return context.getOrEmpty(Request.class);
    }
}
