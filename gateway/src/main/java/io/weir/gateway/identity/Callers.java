package io.weir.gateway.identity;

import io.weir.gateway.edge.UnknownKeys;
import io.weir.quota.subject.Secret;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Who sent a request, by the key it carries.
@Component
public final class Callers {

    private final Credentials credentials;
    private final Directory directory;
    private final UnknownKeys unknownKeys;
    private final InstantSource clock;

    Callers(
            Credentials credentials,
            Directory directory,
            UnknownKeys unknownKeys,
            InstantSource clock) {
        this.credentials = credentials;
        this.directory = directory;
        this.unknownKeys = unknownKeys;
        this.clock = clock;
    }

    public Mono<Identified> identify(ServerHttpRequest request) {
        Optional<Secret> sent = credentials.find(request);
        if (sent.isEmpty()) {
            return Mono.just(new Identified.Unknown());
        }
        Identified here = directory.recall(sent.get(), clock.millis());
        return here != null ? Mono.just(here) : lookUp(sent.get(), request.getRemoteAddress());
    }

    private Mono<Identified> lookUp(Secret secret, @Nullable InetSocketAddress caller) {
        Duration wait = unknownKeys.delay(caller);
        if (wait.isPositive()) {
            return Mono.just(new Identified.TooMany(wait));
        }
        return directory
                .lookUp(secret, clock.millis())
                .doOnNext(
                        found -> {
                            if (found instanceof Identified.Unknown) {
                                unknownKeys.foundNobody(caller);
                            }
                        });
    }
}
