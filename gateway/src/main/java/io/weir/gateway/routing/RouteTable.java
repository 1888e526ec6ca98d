package io.weir.gateway.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.cloud.gateway.route.Route;

/// The routes in their order, by the first segments of the paths that they can match.
final class RouteTable {

    private final List<Route> all;
    private final List<Route> anyPath = new ArrayList<>();
    private final Map<String, List<Route>> bySegment = new HashMap<>();

    RouteTable(List<Route> routes) {
        this.all = List.copyOf(routes);
        for (Route route : routes) {
            Optional<Set<String>> segments = FirstSegments.of(route);
            if (segments.isEmpty()) {
                anyPath.add(route);
                bySegment.values().forEach(some -> some.add(route));
            } else {
                segments.get().forEach(segment -> some(segment).add(route));
            }
        }
    }

    /// Those of no segment that came before it may match it too.
    private List<Route> some(String segment) {
        return bySegment.computeIfAbsent(segment, _ -> new ArrayList<>(anyPath));
    }

    /// Those that may match a path, others can not.
    ///
    /// @param path as it was sent; one with escapes or parameters can mean any segment
    List<Route> candidates(String path) {
        if (path.indexOf('%') >= 0 || path.indexOf(';') >= 0) {
            return all;
        }
        return bySegment.getOrDefault(FirstSegments.first(path), anyPath);
    }
}
