package io.weir.gateway.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.springframework.stereotype.Component;

/// What is counted of connections, and of requests that never reached a route.
@Component
final class EdgeMeters {

    /// Why a connection, or a stream of one, was closed on its caller.
    enum Reason {
        TOO_MANY,
        TOO_MANY_OF_ONE,
        SLOW_HEAD,
        SLOW_BODY,
        SLOW_READER
    }

    private final MeterRegistry registry;
    private final Map<Reason, Counter> closed = new EnumMap<>(Reason.class);
    private final Counter malformed;

    EdgeMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Reason reason : Reason.values()) {
            closed.put(
                    reason,
                    Counter.builder("weir.connections.closed")
                            .description("Connections and streams that were closed on callers")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        this.malformed =
                Counter.builder("weir.requests.malformed")
                        .description("Requests that could be read in more than one way")
                        .register(registry);
    }

    void closed(Reason reason) {
        Objects.requireNonNull(closed.get(reason)).increment();
    }

    void malformed() {
        malformed.increment();
    }

    /// @param open how many connections of callers there are
    void watchConnections(IntSupplier open) {
        Gauge.builder("weir.connections", open, IntSupplier::getAsInt)
                .description("Open connections of callers")
                .strongReference(true)
                .register(registry);
    }
}
