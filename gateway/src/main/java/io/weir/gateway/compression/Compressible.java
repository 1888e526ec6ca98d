package io.weir.gateway.compression;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;
import java.util.Set;

/// Which answers are.
final class Compressible {

    /// What is shorter gets longer, or stays in one packet anyway.
    static final int LEAST_BYTES = 1_024;

    private static final Set<String> TYPES =
            Set.of(
                    "application/json",
                    "application/xml",
                    "application/javascript",
                    "image/svg+xml");

    private Compressible() {}

    static boolean is(HttpResponseStatus status, HttpHeaders answer) {
        return !status.equals(HttpResponseStatus.PARTIAL_CONTENT)
                && !answer.contains(HttpHeaderNames.CONTENT_ENCODING)
                && !answer.contains(HttpHeaderNames.CONTENT_RANGE)
                && answer.getInt(HttpHeaderNames.CONTENT_LENGTH, LEAST_BYTES) >= LEAST_BYTES
                && isText(answer.get(HttpHeaderNames.CONTENT_TYPE, ""))
                && !isVouchedFor(answer.get(HttpHeaderNames.ETAG, ""))
                && answer.getAll(HttpHeaderNames.CACHE_CONTROL).stream()
                        .noneMatch(value -> lower(value).contains("no-transform"));
    }

    /// A strong tag says that the bytes are the same.
    private static boolean isVouchedFor(String tag) {
        return !tag.isEmpty() && !tag.startsWith("W/");
    }

    private static boolean isText(String type) {
        int end = type.indexOf(';');
        String plain = lower(end < 0 ? type : type.substring(0, end)).strip();
        return TYPES.contains(plain)
                || plain.endsWith("+json")
                || plain.endsWith("+xml")
                || (plain.startsWith("text/") && !plain.equals("text/event-stream"));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
