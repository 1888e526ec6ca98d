package io.weir.gateway.enforcement;

import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import reactor.netty.http.client.HttpClient;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// Whether a request has been handed to the upstream: from then on it has cost the upstream its
/// work.
///
/// The filter puts one into the request's Reactor context; the HTTP client, which is the only one
/// to know, marks it just before it writes.
final class Forwarding {

    private static final Class<Forwarding> KEY = Forwarding.class;

    private volatile boolean started;

    boolean hasStarted() {
        return started;
    }

    Context in(Context context) {
        return context.put(KEY, this);
    }

    private static void mark(ContextView context) {
        context.<Forwarding>getOrEmpty(KEY).ifPresent(forwarding -> forwarding.started = true);
    }

    /// Makes the HTTP client tell.
    static HttpClientCustomizer marking() {
        return (HttpClient client) ->
                client.doOnRequest((request, _) -> mark(request.currentContextView()));
    }
}
