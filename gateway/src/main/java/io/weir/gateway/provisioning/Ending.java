package io.weir.gateway.provisioning;

import io.weir.gateway.telemetry.ProvisioningMeters.Outcome;
import io.weir.quota.provisioning.EntityKind;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// What the store has to be told of one change. It may be told more than once.
///
/// @param what there is now, in words
/// @param called by the upstream; null if that does not matter
/// @param exists whether that exists now
/// @param telling tells the store, each time it is called
record Ending(
        String what,
        UUID reseller,
        EntityKind kind,
        @Nullable String called,
        boolean exists,
        Supplier<Mono<Outcome>> telling) {

    /// Whether this is told in vain before another is: what was made, and is deleted already.
    boolean comesAfter(Ending other) {
        return !exists
                && called != null
                && other.exists
                && called.equals(other.called)
                && kind == other.kind
                && reseller.equals(other.reseller);
    }
}
