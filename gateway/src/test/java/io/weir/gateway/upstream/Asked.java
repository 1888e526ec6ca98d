package io.weir.gateway.upstream;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.netty.http.server.HttpServerRequest;

/// One request's line and what its query asks of the stub. A number that is none, or is out of
/// bounds, is brought within them: the stub is to be convenient, not strict.
record Asked(
        String method,
        String uri,
        String path,
        int status,
        Duration delay,
        Duration pace,
        int bytes,
        boolean echo) {

    static final int NO_BYTES = -1;

    private static final int MAX_DELAY_MILLIS = 30_000;
    private static final int MAX_BYTES = 64 << 20;

    static Asked of(HttpServerRequest request) {
        var decoder = new QueryStringDecoder(request.uri());
        var query = decoder.parameters();
        boolean echo =
                decoder.path().endsWith("/echo")
                        || "true".equals(request.requestHeaders().get("x-weir-echo"))
                        || query.getOrDefault("echo", List.of()).contains("true");
        return new Asked(
                request.method().name(),
                request.uri(),
                decoder.path(),
                number(query, "status", 200, 200, 599),
                Duration.ofMillis(number(query, "delay", 0, 0, MAX_DELAY_MILLIS)),
                Duration.ofMillis(number(query, "pace", 0, 0, MAX_DELAY_MILLIS)),
                number(query, "bytes", NO_BYTES, 0, MAX_BYTES),
                echo);
    }

    private static int number(
            Map<String, List<String>> query, String name, int absent, int least, int most) {
        var values = query.get(name);
        if (values == null) {
            return absent;
        }
        try {
            return Math.clamp(Long.parseLong(values.getFirst()), least, most);
        } catch (NumberFormatException notANumber) {
            return absent;
        }
    }
}
