package io.weir.quota.postgres;

import static io.weir.quota.postgres.SettingsRow.required;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import io.weir.quota.provisioning.EntityKind;
import io.weir.quota.provisioning.Obstacle;
import io.weir.quota.provisioning.Place;
import io.weir.quota.provisioning.PlaceStore;
import io.weir.quota.provisioning.Share;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Places in PostgreSQL, by functions that take the lock of a reseller's provisioning first.
final class PlaceRows implements PlaceStore {

    private static final String RESERVE =
            """
            SELECT reason, name, facility_id, max, used, asked
              FROM provisioning_reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
                                        $12::bigint * interval '1 ms')
            """;
    private static final String SETTLE = "SELECT provisioning_settle($1, $2, $3)";
    private static final String RELEASE = "SELECT provisioning_release($1, $2)::text";
    private static final String REMOVE = "SELECT provisioning_remove($1, $2, $3)";

    private final Connections connections;

    PlaceRows(Connections connections) {
        this.connections = connections;
    }

    @Override
    public Mono<List<Obstacle>> reserve(
            UUID reseller, UUID reservation, Place place, Duration life) {
        return connections.ask(
                connection ->
                        Flux.from(
                                        connection
                                                .createStatement(RESERVE)
                                                .bind("$1", reseller)
                                                .bind("$2", reservation)
                                                .bind("$3", place.kind().word())
                                                .bind("$4", nullable(place.dataCenter()))
                                                .bind("$5", nullable(place.type()))
                                                .bind("$6", place.cpu())
                                                .bind("$7", place.memoryGb())
                                                .bind("$8", facilities(place.storage()))
                                                .bind("$9", gigabytes(place.storage()))
                                                .bind("$10", facilities(place.backupStorage()))
                                                .bind("$11", gigabytes(place.backupStorage()))
                                                .bind("$12", life.toMillis())
                                                .execute())
                                .flatMap(result -> result.map(PlaceRows::obstacle))
                                .collectList());
    }

    @Override
    public Mono<Settled> settle(UUID reseller, UUID reservation, @Nullable String called) {
        return is(SETTLE, reseller, reservation, nullable(called))
                .map(is -> is ? Settled.COUNTED : Settled.GONE)
                .onErrorResume(
                        R2dbcDataIntegrityViolationException.class,
                        _ -> Mono.just(Settled.KNOWN_ALREADY));
    }

    @Override
    public Mono<Void> release(UUID reseller, UUID reservation) {
        return connections
                .ask(
                        connection ->
                                Flux.from(
                                                connection
                                                        .createStatement(RELEASE)
                                                        .bind("$1", reseller)
                                                        .bind("$2", reservation)
                                                        .execute())
                                        .flatMap(result -> result.map(_ -> true))
                                        .then(Mono.just(true)))
                .then();
    }

    @Override
    public Mono<Boolean> remove(UUID reseller, EntityKind kind, String called) {
        return is(REMOVE, reseller, kind.word(), called);
    }

    private Mono<Boolean> is(String function, Object first, Object second, Object third) {
        return connections.ask(
                connection ->
                        Flux.from(
                                        connection
                                                .createStatement(function)
                                                .bind("$1", first)
                                                .bind("$2", second)
                                                .bind("$3", third)
                                                .execute())
                                .flatMap(result -> result.map(PlaceRows::answer))
                                .single());
    }

    private static boolean answer(Readable row) {
        return Boolean.TRUE.equals(row.get(0, Boolean.class));
    }

    private static Object nullable(@Nullable UUID id) {
        return id == null ? Parameters.in(UUID.class) : id;
    }

    private static Object nullable(@Nullable String text) {
        return text == null ? Parameters.in(R2dbcType.VARCHAR) : text;
    }

    private static UUID[] facilities(List<Share> shares) {
        return shares.stream().map(Share::facility).toArray(UUID[]::new);
    }

    private static Long[] gigabytes(List<Share> shares) {
        return shares.stream().map(Share::gb).toArray(Long[]::new);
    }

    private static Obstacle obstacle(Readable row) {
        String name = required(row, "name", String.class);
        return switch (required(row, "reason", String.class)) {
            case "unknown" -> new Obstacle.Unknown(name, required(row, "facility_id", UUID.class));
            case "not-allocated" ->
                    new Obstacle.NotAllocated(name, required(row, "facility_id", UUID.class));
            case "payg" -> new Obstacle.NoPayg();
            case "limit" ->
                    new Obstacle.Exceeded(
                            name,
                            row.get("facility_id", UUID.class),
                            required(row, "max", Long.class),
                            required(row, "used", Long.class),
                            required(row, "asked", Long.class));
            case String other -> throw new IllegalStateException("Refused for " + other);
        };
    }
}
