package io.weir.gateway.provisioning;

import io.weir.quota.provisioning.EntityKind;
import io.weir.quota.provisioning.Obstacle;
import io.weir.quota.provisioning.Place;
import io.weir.quota.provisioning.PlaceStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Remembers what it was told, unless it is away.
final class FakePlaces implements PlaceStore {

    final List<String> told = new ArrayList<>();
    boolean isAway;
    boolean hangs;

    @Override
    public Mono<List<Obstacle>> reserve(
            UUID reseller, UUID reservation, Place place, Duration life) {
        return tell("reserve", List.of());
    }

    @Override
    public Mono<Settled> settle(UUID reseller, UUID reservation, @Nullable String called) {
        return tell("settle " + called, Settled.COUNTED);
    }

    @Override
    public Mono<Void> release(UUID reseller, UUID reservation) {
        return tell("release", true).then();
    }

    @Override
    public Mono<Boolean> remove(UUID reseller, EntityKind kind, String called) {
        return tell("remove " + called, true);
    }

    private <T> Mono<T> tell(String what, T answer) {
        return Mono.defer(
                () -> {
                    if (hangs) {
                        return Mono.never();
                    }
                    if (isAway) {
                        return Mono.error(new IllegalStateException("away"));
                    }
                    told.add(what);
                    return Mono.just(answer);
                });
    }
}
