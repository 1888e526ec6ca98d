package io.weir.quota.provisioning;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Where places are taken. Each question is one transaction, and an error means that its answer is
/// not known: it may be asked again, and then changes nothing that was done already.
public interface PlaceStore {

    /// What became of telling that an entity exists.
    enum Settled {
        COUNTED,
        /// Another one of the reseller's is called so: the upstream made nothing new.
        KNOWN_ALREADY,
        /// There is no such reservation, or no more.
        GONE
    }

    /// Takes a place until it is settled or released, or its life is over.
    ///
    /// @param reservation its id; asked for again, it is the same one
    /// @return everything that stands in the way; nothing if the place is taken
    Mono<List<Obstacle>> reserve(UUID reseller, UUID reservation, Place place, Duration life);

    /// The entity exists.
    ///
    /// @param called what the upstream calls it; null if that is not known
    Mono<Settled> settle(UUID reseller, UUID reservation, @Nullable String called);

    /// The entity was not made.
    Mono<Void> release(UUID reseller, UUID reservation);

    /// The entity was deleted.
    ///
    /// @param called by the upstream
    /// @return false if it stays because something is below it
    Mono<Boolean> remove(UUID reseller, EntityKind kind, String called);
}
