package io.weir.gateway.identity;

import java.time.InstantSource;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Who sent a request, by the key it carries.
@Component
public final class Callers {

    private final Credentials credentials;
    private final Directory directory;
    private final InstantSource clock;

    Callers(Credentials credentials, Directory directory, InstantSource clock) {
        this.credentials = credentials;
        this.directory = directory;
        this.clock = clock;
    }

    public Mono<Identified> identify(ServerHttpRequest request) {
        return credentials
                .find(request)
                .map(secret -> directory.identify(secret, clock.millis()))
                .orElseGet(() -> Mono.just(new Identified.Unknown()));
    }
}
