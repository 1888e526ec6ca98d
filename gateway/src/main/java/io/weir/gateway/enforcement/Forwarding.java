package io.weir.gateway.enforcement;

import io.weir.quota.admission.Reservation;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import reactor.netty.http.client.HttpClient;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// Tells a reservation when its request is handed to the upstream: from then on it has cost the
/// upstream its work.
///
/// The filter puts the reservation into the request's Reactor context; the HTTP client, which is
/// the only one to know, marks it just before it writes.
final class Forwarding {

    private static final Class<Reservation> KEY = Reservation.class;

    private Forwarding() {}

    static Context of(Reservation reservation, Context context) {
        return context.put(KEY, reservation);
    }

    /// Whether it may be sent: not if its caller left, and it was released for that, just now.
    private static boolean mark(ContextView context) {
        Reservation reservation = context.getOrDefault(KEY, null);
        return reservation == null || reservation.forwarded();
    }

    /// Makes the HTTP client tell.
    static HttpClientCustomizer marking() {
        return (HttpClient client) ->
                client.doOnRequest(
                        (request, connection) -> {
                            if (!mark(request.currentContextView())) {
                                var _ = connection.channel().close();
                            }
                        });
    }
}
