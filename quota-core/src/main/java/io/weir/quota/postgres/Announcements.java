package io.weir.quota.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.weir.quota.admission.Subjects.Announcement;
import io.weir.quota.admission.Subjects.Announcement.Configured;
import io.weir.quota.admission.Subjects.Announcement.Listening;
import io.weir.quota.admission.Subjects.Announcement.Returned;
import io.weir.quota.admission.Subjects.Announcement.Wanted;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.policy.PolicyName;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What PostgreSQL notifies, on a connection of its own.
final class Announcements {

    private static final Logger log = LoggerFactory.getLogger(Announcements.class);
    private static final String LISTEN = "LISTEN weir_configuration; LISTEN weir_lease";

    private final PostgresqlConnectionFactory connections;

    Announcements(PostgresqlConnectionFactory connections) {
        this.connections = connections;
    }

    /// Endless: a connection that ends is an error.
    Flux<Announcement> listen() {
        return Flux.usingWhen(
                connections.create(), Announcements::announcements, PostgresqlConnection::close);
    }

    private static Flux<Announcement> announcements(PostgresqlConnection connection) {
        Flux<Announcement> heard =
                connection
                        .getNotifications()
                        .mapNotNull(Announcements::announcement)
                        .concatWith(
                                Mono.error(
                                        () ->
                                                new IllegalStateException(
                                                        "The listening connection ended")));
        Mono<Announcement> listening =
                connection.createStatement(LISTEN).execute().then(Mono.just(new Listening()));
        return Flux.merge(heard, listening);
    }

    private static @Nullable Announcement announcement(Notification notification) {
        String payload = Optional.ofNullable(notification.getParameter()).orElse("");
        try {
            return notification.getName().equals("weir_configuration")
                    ? configured(payload)
                    : leases(payload.split(" ", 3));
        } catch (IllegalArgumentException unknown) {
            log.warn("Did not understand a notification on {}", notification.getName());
            return null;
        }
    }

    /// `VERSION` or `VERSION: SUBJECT SUBJECT ...`.
    private static Announcement configured(String payload) {
        String[] parts = payload.split(":", 2);
        Set<UUID> subjects =
                Arrays.stream(parts)
                        .skip(1)
                        .flatMap(ids -> Arrays.stream(ids.split(" ")))
                        .filter(id -> !id.isEmpty())
                        .map(UUID::fromString)
                        .collect(Collectors.toSet());
        return new Configured(Long.parseLong(parts[0]), subjects);
    }

    private static Announcement leases(String[] words) {
        if (words.length != 3) {
            throw new IllegalArgumentException("Three words expected");
        }
        var counter = new CounterKey(UUID.fromString(words[1]), new PolicyName(words[2]));
        return switch (words[0]) {
            case "wanted" -> new Wanted(counter);
            case "returned" -> new Returned(counter);
            default -> throw new IllegalArgumentException("Unknown word");
        };
    }
}
