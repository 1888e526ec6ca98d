package io.weir.gateway.upstreams;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.springframework.http.HttpHeaders;

/// Which fields of a request an upstream is shown, and which of its answer a caller: on their way,
/// what four filters of the host do after one another, each with a copy of its own.
///
/// Fields that are about one connection only are not passed on (RFC 9110, section 7.6.1), nor what
/// a caller says of proxies before it, nor a length beside chunks.
final class PassedFields {

    private static final Set<String> OF_THE_CONNECTION =
            Set.of(
                    "connection",
                    "keep-alive",
                    "transfer-encoding",
                    "te",
                    "trailer",
                    "proxy-authorization",
                    "proxy-authenticate",
                    "x-application-context",
                    "upgrade");
    private static final String LENGTH = "content-length";
    private static final String FORWARDED = "forwarded";
    private static final String FORWARDED_PREFIX = "x-forwarded-";

    private final boolean forwarded;
    private final boolean forwardedPrefix;

    /// @param forwarded whether `Forwarded` of callers is passed on, which it is if proxies are
    ///   trusted
    /// @param forwardedPrefix the same for `X-Forwarded-*`
    PassedFields(boolean forwarded, boolean forwardedPrefix) {
        this.forwarded = forwarded;
        this.forwardedPrefix = forwardedPrefix;
    }

    /// Those of a request.
    void ofRequest(HttpHeaders fields, BiConsumer<String, List<String>> passed) {
        boolean chunked = isChunked(fields);
        pass(fields, name -> !isOfAProxy(name) && !(chunked && name.equals(LENGTH)), passed);
    }

    /// Those of an answer.
    static void ofAnswer(HttpHeaders fields, BiConsumer<String, List<String>> passed) {
        pass(fields, _ -> true, passed);
    }

    private static void pass(
            HttpHeaders fields, Predicate<String> also, BiConsumer<String, List<String>> passed) {
        Set<String> hidden = hidden(fields);
        for (Map.Entry<String, List<String>> field : fields.headerSet()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (!hidden.contains(name) && also.test(name)) {
                passed.accept(field.getKey(), field.getValue());
            }
        }
    }

    private boolean isOfAProxy(String name) {
        return (!forwarded && name.equals(FORWARDED))
                || (!forwardedPrefix && name.startsWith(FORWARDED_PREFIX));
    }

    private static boolean isChunked(HttpHeaders fields) {
        String encoding = fields.getFirst(HttpHeaders.TRANSFER_ENCODING);
        return encoding != null && encoding.strip().equalsIgnoreCase("chunked");
    }

    /// What a connection's own field names belongs to the connection too.
    private static Set<String> hidden(HttpHeaders fields) {
        List<String> named = fields.getConnection();
        if (named.isEmpty()) {
            return OF_THE_CONNECTION;
        }
        Set<String> hidden = new HashSet<>(OF_THE_CONNECTION);
        named.forEach(name -> hidden.add(name.toLowerCase(Locale.ROOT)));
        return hidden;
    }
}
