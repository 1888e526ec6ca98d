package io.weir.gateway.identity;

import io.weir.quota.subject.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/// Where callers put their key, as the SDKs of the dialects do: `Authorization: Bearer`,
/// `x-api-key`, `x-goog-api-key`, or a header of the operator's choice.
public final class Credentials {

    private static final String BEARER = "bearer ";

    private final List<String> headers;

    /// @param configured a further header, empty for none
    public Credentials(String configured) {
        List<String> names = new ArrayList<>(List.of("x-api-key", "x-goog-api-key"));
        if (!configured.isBlank()) {
            names.add(configured);
        }
        this.headers = List.copyOf(names);
    }

    /// The first that could be a key of ours.
    public Optional<Secret> find(ServerHttpRequest request) {
        HttpHeaders sent = request.getHeaders();
        String authorization = sent.getFirst(HttpHeaders.AUTHORIZATION);
        if (authorization != null && startsWithBearer(authorization)) {
            Optional<Secret> secret = parse(authorization.substring(BEARER.length()));
            if (secret.isPresent()) {
                return secret;
            }
        }
        for (String header : headers) {
            String value = sent.getFirst(header);
            if (value != null) {
                Optional<Secret> secret = parse(value);
                if (secret.isPresent()) {
                    return secret;
                }
            }
        }
        return Optional.empty();
    }

    /// Every header that may hold a key: none of them is passed on.
    public Stream<String> headers() {
        return Stream.concat(Stream.of(HttpHeaders.AUTHORIZATION), headers.stream());
    }

    private static boolean startsWithBearer(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }

    private static Optional<Secret> parse(String text) {
        return Secret.parse(Secret.Kind.KEY, text.trim());
    }
}
