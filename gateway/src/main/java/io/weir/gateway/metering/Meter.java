package io.weir.gateway.metering;

import io.weir.gateway.tokens.AnswerFormat;
import java.util.Locale;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.Route;

/// How it is found out what a route's requests use. A route says so by its filter `Meter`.
public sealed interface Meter {

    /// Each is one request.
    record Requests() implements Meter {}

    /// The upstream states in a header of its answers what each cost, in credits.
    record Stated(String header) implements Meter {}

    /// Requests to language models, whose answers tell their tokens.
    record Models(AnswerFormat format) implements Meter {}

    Meter REQUESTS = new Requests();

    /// @param by `requests`, `header`, `openai` or `anthropic`
    /// @param header empty for all but `header`
    /// @throws IllegalArgumentException for anything else
    static Meter of(String by, String header) {
        if (by.equals("header") == header.isEmpty()) {
            throw new IllegalArgumentException(
                    "'Meter=header' needs a header, as in 'Meter=header,X-Usage-Credits', and"
                            + " nothing else has one");
        }
        return switch (by) {
            case "requests" -> REQUESTS;
            case "header" -> new Stated(header);
            case "openai", "anthropic" ->
                    new Models(AnswerFormat.valueOf(by.toUpperCase(Locale.ROOT)));
            default ->
                    throw new IllegalArgumentException(
                            "'Meter' is one of requests, header, openai and anthropic, not " + by);
        };
    }

    static Meter of(Route route) {
        for (GatewayFilter filter : route.getFilters()) {
            GatewayFilter own =
                    filter instanceof OrderedGatewayFilter ordered ? ordered.getDelegate() : filter;
            if (own instanceof MeterGatewayFilterFactory.Declaration declaration) {
                return declaration.meter();
            }
        }
        return REQUESTS;
    }
}
