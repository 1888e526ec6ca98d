package io.weir.gateway.enforcement;

import io.weir.gateway.metering.Meter;
import io.weir.gateway.tokens.AnswerFormat;
import java.util.Locale;
import org.springframework.cloud.gateway.route.Route;

/// The language in which a route's callers expect errors: from the route's metadata `dialect`, else
/// that of the API by which it is metered.
enum Dialect {
    PLAIN,
    OPENAI,
    ANTHROPIC;

    static Dialect of(Route route, Meter meter) {
        Object name = route.getMetadata().get("dialect");
        return name == null ? of(meter) : valueOf(name.toString().toUpperCase(Locale.ROOT));
    }

    private static Dialect of(Meter meter) {
        return meter instanceof Meter.Models(AnswerFormat format)
                ? switch (format) {
                    case OPENAI -> OPENAI;
                    case ANTHROPIC -> ANTHROPIC;
                }
                : PLAIN;
    }
}
