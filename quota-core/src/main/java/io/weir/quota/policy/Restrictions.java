package io.weir.quota.policy;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a key may be used for: on which routes, for which models, and from where. It is worked out
/// when it is configured; a request only looks.
public final class Restrictions {

    /// Nothing is restricted.
    public static final Restrictions NONE = new Restrictions(List.of(), List.of(), List.of());

    private static final String ANY_REST = "*";

    private final List<String> routes;
    private final List<String> models;
    private final List<AddressRange> addresses;
    private final Set<String> anyOfRoutes;
    private final Set<String> exactly = new HashSet<>();
    private final List<String> beginnings;

    private Restrictions(List<String> routes, List<String> models, List<AddressRange> addresses) {
        this.routes = List.copyOf(routes);
        this.models = List.copyOf(models);
        this.addresses = List.copyOf(addresses);
        this.anyOfRoutes = Set.copyOf(routes);
        this.beginnings =
                models.stream()
                        .filter(model -> model.endsWith(ANY_REST))
                        .map(model -> model.substring(0, model.length() - 1))
                        .toList();
        models.stream().filter(model -> !model.endsWith(ANY_REST)).forEach(exactly::add);
    }

    /// Of each kind, none at all means all.
    ///
    /// @param models by name, or by its beginning and a `*`
    public static Restrictions of(
            List<String> routes, List<String> models, List<AddressRange> addresses) {
        return routes.isEmpty() && models.isEmpty() && addresses.isEmpty()
                ? NONE
                : new Restrictions(routes, models, addresses);
    }

    public List<String> routes() {
        return routes;
    }

    public List<String> models() {
        return models;
    }

    public List<AddressRange> addresses() {
        return addresses;
    }

    public boolean allowRoute(String route) {
        return anyOfRoutes.isEmpty() || anyOfRoutes.contains(route);
    }

    public boolean allowModel(String model) {
        return models.isEmpty()
                || exactly.contains(model)
                || beginnings.stream().anyMatch(model::startsWith);
    }

    /// @param peer null if it is not known
    public boolean allowAddress(@Nullable InetAddress peer) {
        return addresses.isEmpty()
                || (peer != null && addresses.stream().anyMatch(range -> range.holds(peer)));
    }
}
