package io.weir.gateway.routing;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.HasConfig;
import org.springframework.cloud.gateway.support.Visitor;

/// With what the paths of a route begin.
final class FirstSegments {

    private static final String NOT_LITERAL = "*?{}\\%;";

    private FirstSegments() {}

    /// Nothing if it can be any.
    static Optional<Set<String>> of(Route route) {
        // The host's predicates tell of what they consist, but not how it is combined, except here.
        String combined = route.getPredicate().toString();
        if (combined.contains("||") || combined.contains("!")) {
            return Optional.empty();
        }
        var paths = new Paths();
        route.getPredicate().accept(paths);
        return paths.patterns.flatMap(FirstSegments::of);
    }

    private static Optional<Set<String>> of(List<String> patterns) {
        Set<String> segments = new HashSet<>();
        for (String pattern : patterns) {
            String segment = first(pattern);
            if (segment.chars().anyMatch(letter -> NOT_LITERAL.indexOf(letter) >= 0)) {
                return Optional.empty();
            }
            segments.add(segment);
        }
        return Optional.of(segments);
    }

    /// Up to its second slash.
    static String first(String path) {
        int begin = path.startsWith("/") ? 1 : 0;
        int end = path.indexOf('/', begin);
        return path.substring(begin, end < 0 ? path.length() : end);
    }

    /// The first predicate of paths; all of a route's predicates must hold.
    private static final class Paths implements Visitor {

        private Optional<List<String>> patterns = Optional.empty();

        @Override
        public void visit(HasConfig part) {
            if (patterns.isEmpty()
                    && part.getConfig() instanceof PathRoutePredicateFactory.Config config) {
                patterns = Optional.of(config.getPatterns());
            }
        }
    }
}
