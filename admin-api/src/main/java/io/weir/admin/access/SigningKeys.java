package io.weir.admin.access;

import com.nimbusds.jose.jwk.JWKSet;
import io.weir.admin.wire.Problem;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The keys with which an issuer signs. They are fetched anew when they are old, or when a key is
/// asked for that is not among them, and then not often: anybody can name a key. If the issuer is
/// away they count for an hour.
final class SigningKeys {

    private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);
    private static final Duration PATIENCE = Duration.ofMillis(900);
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final Duration END = Duration.ofHours(1);
    private static final Duration REST = Duration.ofSeconds(30);

    private record Known(JWKSet keys, Instant since) {

        boolean isOlder(Duration age, Instant now) {
            return since.plus(age).isBefore(now);
        }

        boolean serves(@Nullable String name, Instant now) {
            boolean among = keys.getKeyByKeyId(name) != null;
            return !isOlder(LIFE, now) && (among || !isOlder(REST, now));
        }
    }

    private final JwtSettings settings;
    private final Clock clock;
    private final WebClient http = WebClient.create();
    private final Mono<Known> fetching;
    private volatile @Nullable Known known;

    SigningKeys(JwtSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.fetching =
                Mono.defer(this::fetch)
                        .timeout(PATIENCE)
                        .onErrorMap(this::away)
                        .doOnNext(fetched -> known = fetched)
                        .cacheInvalidateIf(_ -> true);
    }

    /// Those among which a key of this name should be.
    Mono<JWKSet> having(@Nullable String name) {
        Known now = known;
        Instant time = clock.instant();
        if (now == null || now.isOlder(END, time)) {
            return fetching.map(Known::keys);
        }
        return (now.serves(name, time) ? Mono.just(now) : fetching.onErrorReturn(now))
                .map(Known::keys);
    }

    private Mono<Known> fetch() {
        return place().flatMap(this::get).map(this::read);
    }

    private Mono<URI> place() {
        return settings.jwksUri().isEmpty()
                ? get(settings.discovery()).map(this::keysOf)
                : Mono.just(URI.create(settings.jwksUri()));
    }

    private Mono<String> get(URI uri) {
        return http.get().uri(uri).retrieve().bodyToMono(String.class);
    }

    private URI keysOf(String discovered) {
        JsonNode document = JsonMapper.shared().readTree(discovered);
        if (!document.path("issuer").asString("").equals(settings.issuer())) {
            throw new IllegalStateException("This is the document of another issuer");
        }
        return URI.create(document.get("jwks_uri").stringValue());
    }

    private Problem away(Throwable failure) {
        log.warn("The keys of {} can't be had: {}", settings.issuer(), failure.toString());
        return Problem.unavailable("The keys of the token's issuer");
    }

    private Known read(String keys) {
        try {
            return new Known(JWKSet.parse(keys), clock.instant());
        } catch (ParseException malformed) {
            throw new IllegalStateException("The issuer's keys can't be read", malformed);
        }
    }
}
