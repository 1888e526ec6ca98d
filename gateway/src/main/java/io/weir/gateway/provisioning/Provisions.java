package io.weir.gateway.provisioning;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;

/// What each route provisions, by its metadata `provisioning`, read once.
public final class Provisions {

    private final LoadingCache<Route, Provision> known =
            Caffeine.newBuilder()
                    .weakKeys()
                    // less work than to wake another thread for it
                    .executor(Runnable::run)
                    .build(Provisions::read);

    /// @param configured routes, which are checked at once: a mistake in one stops the start
    /// @throws IllegalArgumentException that names the route and what is wrong with it
    Provisions(List<RouteDefinition> configured) {
        configured.forEach(Provisions::check);
    }

    /// Null for a route that provisions nothing.
    public @Nullable Provision of(Route route) {
        return route.getMetadata().containsKey(Metadata.NAME) ? known.get(route) : null;
    }

    private static Provision read(Route route) {
        return Metadata.read(
                route.getId(), Objects.requireNonNull(route.getMetadata().get(Metadata.NAME)));
    }

    private static void check(RouteDefinition route) {
        Object stated = route.getMetadata().get(Metadata.NAME);
        if (stated != null) {
            Provision provision = Metadata.read(String.valueOf(route.getId()), stated);
            String variable = provision.pathVariable();
            if (variable != null && !hasVariable(route, variable)) {
                throw new IllegalArgumentException(
                        "Route '%s': its metadata 'provisioning.path-variable' names '%s', and no Path of it has {%s}"
                                .formatted(route.getId(), variable, variable));
            }
            if (isOfModels(route)) {
                throw new IllegalArgumentException(
                        "Route '%s': its metadata 'provisioning' does not go with a Meter of language models"
                                .formatted(route.getId()));
            }
        }
    }

    private static boolean hasVariable(RouteDefinition route, String variable) {
        return route.getPredicates().stream()
                .filter(predicate -> "Path".equals(predicate.getName()))
                .flatMap(predicate -> predicate.getArgs().values().stream())
                .anyMatch(
                        path ->
                                path.contains("{" + variable + "}")
                                        || path.contains("{" + variable + ":"));
    }

    private static boolean isOfModels(RouteDefinition route) {
        return route.getFilters().stream()
                .filter(filter -> "Meter".equals(filter.getName()))
                .anyMatch(
                        filter ->
                                filter.getArgs().containsValue("openai")
                                        || filter.getArgs().containsValue("anthropic"));
    }
}
