package io.weir.quota.price;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All prices as of one revision.
public final class PriceBook {

    /// In place of a model: all that have no price of their own, and requests that name none.
    public static final String ANY_MODEL = "*";

    /// @param model or [#ANY_MODEL]
    public record Entry(String route, String model, Price price) {}

    private final long revision;
    private final Map<String, Map<String, Price>> routes = new HashMap<>();

    public PriceBook(long revision, List<Entry> entries) {
        this.revision = revision;
        for (Entry entry : entries) {
            routes.computeIfAbsent(entry.route(), _ -> new HashMap<>())
                    .put(entry.model(), entry.price());
        }
    }

    public long revision() {
        return revision;
    }

    /// @param model empty for none
    public Optional<Price> find(String route, String model) {
        Map<String, Price> models = routes.getOrDefault(route, Map.of());
        Price own = models.get(model);
        return Optional.ofNullable(own == null ? models.get(ANY_MODEL) : own);
    }

    /// Whether anything on a route has a price.
    public boolean prices(String route) {
        return routes.containsKey(route);
    }

    /// Whether a model has a price of its own.
    public boolean names(String route, String model) {
        return routes.getOrDefault(route, Map.of()).containsKey(model);
    }

    /// Whether one has to know the model to tell the price.
    public boolean asksForModel(String route) {
        Map<String, Price> models = routes.getOrDefault(route, Map.of());
        return models.size() > (models.containsKey(ANY_MODEL) ? 1 : 0);
    }
}
