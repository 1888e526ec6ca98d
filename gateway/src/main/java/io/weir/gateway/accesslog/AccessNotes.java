package io.weir.gateway.accesslog;

import io.weir.quota.subject.Subject;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// What others know of a request that its line in the access log tells.
public interface AccessNotes {

    /// For nobody: there is no access log.
    AccessNotes NONE =
            new AccessNotes() {

                @Override
                public void decided(
                        ServerHttpRequest request,
                        String id,
                        String route,
                        @Nullable Subject key,
                        String decision) {}

                @Override
                public void traced(ServerHttpRequest request, String traceId) {}
            };

    /// @param id by which people ask about the request
    /// @param key absent where nobody knows whose it is
    /// @param decision such as `admitted`
    void decided(
            ServerHttpRequest request,
            String id,
            String route,
            @Nullable Subject key,
            String decision);

    /// The request became part of a trace here.
    void traced(ServerHttpRequest request, String traceId);
}
