package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.EnforcementSettings.UpstreamCredential;
import io.weir.gateway.identity.Credentials;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.HttpHeaders;

/// What the upstream is shown: never the caller's key, but the operator's own credential.
final class UpstreamRequest {

    private static final String METADATA = "upstream-credential";
    private static final String REQUEST_ID = "x-request-id";

    private record Header(String name, String value) {}

    private final List<String> stripped;
    private final Map<String, Header> credentials = new HashMap<>();

    UpstreamRequest(Credentials keys, Map<String, UpstreamCredential> credentials) {
        this.stripped = keys.headers().toList();
        credentials.forEach(
                (name, credential) ->
                        this.credentials.put(
                                name, new Header(credential.header(), credential.headerValue())));
    }

    HttpHeaders headers(HttpHeaders asked, Route route, String requestId) {
        var headers = new HttpHeaders();
        headers.addAll(asked); // whose lists can not be added to
        stripped.forEach(headers::remove);
        headers.set(REQUEST_ID, requestId);
        Header credential = credential(route);
        if (credential != null) {
            headers.set(credential.name(), credential.value());
        }
        return headers;
    }

    /// A route that names a credential which is not configured is a mistake that must show.
    private @org.jspecify.annotations.Nullable Header credential(Route route) {
        Object name = route.getMetadata().get(METADATA);
        if (name == null) {
            return null;
        }
        Header credential = credentials.get(name.toString());
        if (credential == null) {
            throw new IllegalStateException(
                    "Route '%s' names the upstream credential '%s', which is not configured"
                            .formatted(route.getId(), name));
        }
        return credential;
    }
}
