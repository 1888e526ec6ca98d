package io.weir.gateway.upstreams;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.cloud.gateway.config.HttpClientProperties;

/// How a route's upstream is connected with and waited for, by the route's metadata:
///
/// | metadata | |
/// |---|---|
/// | `connect-timeout` | the host's own: milliseconds until a connection stands |
/// | `response-timeout` | the host's own: milliseconds until the head of the answer is there |
/// | `stream-idle-timeout` | how long an answer that has begun may pause, such as `30s` |
/// | `max-connections` | the most connections to each instance |
/// | `max-pending` | the most requests that wait for one |
/// | `acquire-timeout` | for how long, in milliseconds |
record RouteTerms(
        String route,
        Duration connectTimeout,
        @Nullable Duration responseTimeout,
        Duration streamIdleTimeout,
        int maxConnections,
        int maxPending,
        Duration acquireTimeout) {

    private static final int NO_LIMIT = -1;

    /// @throws IllegalArgumentException that names the route and what is wrong with it
    static RouteTerms of(
            String route,
            Map<String, Object> metadata,
            HttpClientProperties host,
            UpstreamSettings usual) {
        var stated = new Stated(route, metadata);
        Integer connect = host.getConnectTimeout();
        return new RouteTerms(
                route,
                stated.millis("connect-timeout", connect == null ? 30_000 : connect),
                stated.responseTimeout(host.getResponseTimeout()),
                stated.timeout("stream-idle-timeout", usual.streamIdleTimeout()),
                stated.count("max-connections", host.getPool().getMaxConnections()),
                stated.count("max-pending", usual.maxPending()),
                stated.millis("acquire-timeout", host.getPool().getAcquireTimeout()));
    }

    RouteTerms with(int connections, int pending) {
        return new RouteTerms(
                route,
                connectTimeout,
                responseTimeout,
                streamIdleTimeout,
                connections,
                pending,
                acquireTimeout);
    }

    /// What a route's metadata say.
    private record Stated(String route, Map<String, Object> metadata) {

        Duration millis(String name, long otherwise) {
            String text = text(name);
            if (text == null) {
                return Duration.ofMillis(otherwise);
            }
            Duration stated = Duration.ofMillis(number(name, text));
            if (!UpstreamSettings.isTimeout(stated)) {
                throw wrong(name, "must be 1 to 86400000 milliseconds", text);
            }
            return stated;
        }

        Duration timeout(String name, Duration otherwise) {
            String text = text(name);
            if (text == null) {
                return otherwise;
            }
            try {
                Duration stated = DurationStyle.detectAndParse(text);
                if (UpstreamSettings.isTimeout(stated)) {
                    return stated;
                }
            } catch (IllegalArgumentException _) {
                // told below
            }
            throw wrong(name, "must be a duration such as 30s, 1 day at most", text);
        }

        int count(String name, int otherwise) {
            String text = text(name);
            if (text == null) {
                return otherwise;
            }
            int stated = number(name, text);
            if (!UpstreamSettings.isCount(stated)) {
                throw wrong(name, "must be 1 to 1000000", text);
            }
            return stated;
        }

        /// Nothing where it is waited for good.
        @Nullable Duration responseTimeout(@Nullable Duration otherwise) {
            String text = text("response-timeout");
            if (text == null) {
                return otherwise;
            }
            int millis = number("response-timeout", text);
            if (millis < NO_LIMIT) {
                throw wrong("response-timeout", "must be milliseconds", text);
            }
            return millis == NO_LIMIT ? null : Duration.ofMillis(millis);
        }

        private int number(String name, String text) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException _) {
                throw wrong(name, "must be a whole number", text);
            }
        }

        private @Nullable String text(String name) {
            Object value = metadata.get(name);
            return value == null ? null : value.toString();
        }

        private IllegalArgumentException wrong(String name, String what, String text) {
            return new IllegalArgumentException(
                    "Route '%s': its metadata '%s' %s, not '%s'"
                            .formatted(route, name, what, text));
        }
    }
}
