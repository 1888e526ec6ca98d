package io.weir.gateway.routing;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/// Which fields of a request an upstream is shown, and which of its answer a caller: in one pass
/// what four filters of the host do, each with a copy of its own.
///
/// Fields that are about one connection only are not passed on (RFC 9110, section 7.6.1), nor what
/// a caller says of proxies before it, nor a length beside chunks.
final class PassedFields implements HttpHeadersFilter, Ordered {

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
    private static final String FORWARDED = "forwarded";
    private static final String FORWARDED_PREFIX = "x-forwarded-";

    private final Type type;
    private final boolean forwarded;
    private final boolean forwardedPrefix;

    /// @param forwarded whether `Forwarded` is passed on, which it is if proxies are trusted
    /// @param forwardedPrefix the same for `X-Forwarded-*`
    private PassedFields(Type type, boolean forwarded, boolean forwardedPrefix) {
        this.type = type;
        this.forwarded = forwarded;
        this.forwardedPrefix = forwardedPrefix;
    }

    static PassedFields ofRequests(boolean forwarded, boolean forwardedPrefix) {
        return new PassedFields(Type.REQUEST, forwarded, forwardedPrefix);
    }

    static PassedFields ofAnswers() {
        return new PassedFields(Type.RESPONSE, true, true);
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE - 1;
    }

    @Override
    public boolean supports(Type asked) {
        return asked == type;
    }

    @Override
    public HttpHeaders filter(HttpHeaders fields, ServerWebExchange exchange) {
        Set<String> hidden = hidden(fields);
        boolean chunked = type == Type.REQUEST && isChunked(fields);
        var passed = new HttpHeaders();
        for (Map.Entry<String, List<String>> field : fields.headerSet()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (!hidden.contains(name)
                    && !isOfAProxy(name)
                    && !(chunked && name.equals("content-length"))) {
                passed.addAll(field.getKey(), field.getValue());
            }
        }
        return passed;
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
