package io.weir.gateway.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.springframework.stereotype.Component;

/// What is counted of entities that are created and deleted behind the gateway.
@Component
public final class ProvisioningMeters {

    /// What became of a request's place, or of telling the store about it.
    public enum Outcome {
        RESERVED,
        REFUSED,
        /// The body did not tell what was asked for.
        INVALID,
        STORE_AWAY,
        SETTLED,
        /// Settled, but it is not known what the upstream calls it.
        UNNAMED,
        RELEASED,
        REMOVED,
        /// Deleted at the upstream, but something is below it here.
        IN_USE,
        /// Not deleted at the upstream.
        KEPT,
        /// The upstream was asked and did not answer.
        UNKNOWN,
        /// The store has to be told again.
        REPEATED,
        /// Made at the upstream, when the reservation was long forgotten.
        LOST
    }

    private final MeterRegistry registry;
    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

    public ProvisioningMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            counters.put(
                    outcome,
                    Counter.builder("weir.provisioning")
                            .description("Places of entities by what became of them")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    public void count(Outcome outcome) {
        Objects.requireNonNull(counters.get(outcome)).increment();
    }

    /// @param untold how many changes the store has to be told of again
    public void watch(IntSupplier untold) {
        Gauge.builder("weir.provisioning.untold", untold, IntSupplier::getAsInt)
                .description("Entities made or deleted that the store was not told of yet")
                .strongReference(true)
                .register(registry);
    }
}
