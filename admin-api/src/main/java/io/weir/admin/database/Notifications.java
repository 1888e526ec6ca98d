package io.weir.admin.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// What PostgreSQL notifies: each channel on one connection of its own, for as long as somebody
/// listens, and however many do.
@Component
public final class Notifications {

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final PostgresqlConnectionFactory connections;
    private final Map<String, Flux<String>> channels = new ConcurrentHashMap<>();

    Notifications(DatabaseSettings settings) {
        this.connections =
                new PostgresqlConnectionFactory(
                        PostgresqlConnectionFactoryProvider.builder(
                                        settings.own().r2dbc("weir-admin-api-news"))
                                .build());
    }

    /// Endless. An empty text says that something may have been missed: it comes when listening
    /// begins, and begins again.
    public Flux<String> on(String channel) {
        return channels.computeIfAbsent(channel, this::shared);
    }

    private Flux<String> shared(String channel) {
        return Flux.usingWhen(
                        connections.create(),
                        connection -> heard(connection, channel),
                        PostgresqlConnection::close)
                .doOnError(lost -> log.warn("Not listening to {}: {}", channel, lost.toString()))
                .retryWhen(
                        Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                                .maxBackoff(LONGEST_PAUSE)
                                .transientErrors(true))
                .publish()
                .refCount();
    }

    private static Flux<String> heard(PostgresqlConnection connection, String channel) {
        Flux<String> notified =
                connection
                        .getNotifications()
                        .map(one -> Objects.requireNonNullElse(one.getParameter(), ""))
                        .concatWith(
                                Mono.error(
                                        () -> new IllegalStateException("The connection ended")));
        Mono<String> listening =
                connection.createStatement("LISTEN " + channel).execute().then(Mono.just(""));
        return Flux.merge(notified, listening);
    }
}
