package io.weir.gateway.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.quota.price.TokenClass;
import io.weir.quota.price.Tokens;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tokens by model, class and source. A model beyond the most that have series of their own counts
/// as `other`, whoever names it.
final class TokenMeters {

    static final int MOST_MODELS = 200;
    private static final String OTHER = "other";

    private record Tags(String model, TokenClass tokenClass, boolean estimated) {}

    private final MeterRegistry registry;
    private final Set<String> models = ConcurrentHashMap.newKeySet();
    private final Map<Tags, Counter> counters = new ConcurrentHashMap<>();

    TokenMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void count(String model, Tokens tokens, boolean estimated) {
        String known = known(model);
        for (TokenClass each : TokenClass.values()) {
            long count = tokens.of(each);
            if (count > 0) {
                counters.computeIfAbsent(new Tags(known, each, estimated), this::counter)
                        .increment((double) count);
            }
        }
    }

    private String known(String model) {
        if (models.contains(model)) {
            return model;
        }
        return !model.isEmpty() && isAdded(model) ? model : OTHER;
    }

    private synchronized boolean isAdded(String model) {
        return models.contains(model) || (models.size() < MOST_MODELS && models.add(model));
    }

    private Counter counter(Tags tags) {
        return Counter.builder("weir.tokens")
                .description("Tokens that models read and wrote")
                .tag("model", tags.model())
                .tag("class", tags.tokenClass().word())
                .tag("source", tags.estimated() ? "estimated" : "reported")
                .register(registry);
    }
}
