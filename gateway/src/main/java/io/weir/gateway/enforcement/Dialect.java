package io.weir.gateway.enforcement;

import java.util.Locale;
import org.springframework.cloud.gateway.route.Route;

/// The language in which a route's callers expect errors, from the route's metadata `dialect`.
enum Dialect {
    PLAIN,
    OPENAI,
    ANTHROPIC;

    static Dialect of(Route route) {
        Object name = route.getMetadata().get("dialect");
        return name == null ? PLAIN : valueOf(name.toString().toUpperCase(Locale.ROOT));
    }
}
