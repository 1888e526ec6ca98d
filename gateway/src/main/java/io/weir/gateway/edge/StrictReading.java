package io.weir.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.ConnectionInfo;

/// Reads a request's head once more, after the codec and before anybody else, and leaves of it what
/// has one meaning. The server answers what is thrown here with 400, 414 or 431, and closes.
///
/// It is called where the server asks for a caller's real address, which is once for each request
/// of either protocol.
final class StrictReading implements BiFunction<ConnectionInfo, HttpRequest, ConnectionInfo> {

    private static final String FORWARDED_FOR = "x-forwarded-for";
    private static final Set<String> KNOWN_OPTIONS =
            Set.of("close", "keep-alive", "upgrade", "te", "trailers", "http2-settings");
    private static final Set<String> FRAMING =
            Set.of("host", "content-length", "transfer-encoding");
    private static final List<String> FORWARDED =
            List.of("x-forwarded-", "forwarded", "x-real-ip", "true-client-ip");

    /// Which the server puts there itself, or the gateway.
    private static final List<String> INTERNAL =
            List.of("x-http2-", "x-weir-", "proxy-connection", "proxy-authorization");

    private final int mostHeaders;
    private final long longestUrl;
    private final TrustedProxies proxies;
    private final EdgeMeters meters;

    StrictReading(EdgeSettings settings, TrustedProxies proxies, EdgeMeters meters) {
        this.mostHeaders = settings.headers();
        this.longestUrl = settings.urlSize().toBytes();
        this.proxies = proxies;
        this.meters = meters;
    }

    @Override
    public ConnectionInfo apply(ConnectionInfo connection, HttpRequest request) {
        try {
            return read(connection, request);
        } catch (MalformedRequest malformed) {
            meters.malformed();
            throw malformed;
        }
    }

    private ConnectionInfo read(ConnectionInfo connection, HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (headers.size() > mostHeaders) {
            throw new TooLongHttpHeaderException("More than %d fields".formatted(mostHeaders));
        }
        if (request.uri().length() > longestUrl) {
            throw new TooLongHttpLineException("Longer than %d bytes".formatted(longestUrl));
        }
        InetSocketAddress proxy = proxy(connection);
        checkNames(headers, proxy != null);
        String host = host(request);
        String target = RequestTarget.of(request.uri(), host);
        if (!target.equals(request.uri())) {
            request.setUri(target);
        }
        forgetHop(headers);
        return proxy != null && headers.contains(FORWARDED_FOR)
                ? connection.withRemoteAddress(proxies.caller(proxy, headers.getAll(FORWARDED_FOR)))
                : connection;
    }

    /// Who is at the other end, if it is believed.
    private @Nullable InetSocketAddress proxy(ConnectionInfo connection) {
        InetSocketAddress peer = connection.getRemoteAddress();
        return peer != null && peer.getAddress() != null && proxies.trust(peer.getAddress())
                ? peer
                : null;
    }

    /// @param trusted whether what proxies say is kept
    private static void checkNames(HttpHeaders headers, boolean trusted) {
        int hosts = 0;
        boolean foreign = false;
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            CharSequence name = field.getKey();
            hosts += HttpHeaderNames.HOST.contentEqualsIgnoreCase(name) ? 1 : 0;
            foreign |= isForeign(name, trusted);
            checkUnderscores(name);
            checkFraming(name, field.getValue());
        }
        if (hosts > 1) {
            throw new MalformedRequest("Host is stated twice");
        }
        if (foreign) {
            headers.names().stream()
                    .filter(name -> isForeign(name, trusted))
                    .toList()
                    .forEach(headers::remove);
        }
    }

    private static boolean isForeign(CharSequence name, boolean trusted) {
        return switch (name.charAt(0)) {
            case 'x', 'X', 'f', 'F', 't', 'T', 'p', 'P' ->
                    startsWithAny(name, INTERNAL) || (!trusted && startsWithAny(name, FORWARDED));
            default -> false;
        };
    }

    private static boolean startsWithAny(CharSequence name, List<String> prefixes) {
        for (int i = 0; i < prefixes.size(); i++) {
            if (startsWith(name, prefixes.get(i))) {
                return true;
            }
        }
        return false;
    }

    /// To some upstreams an underscore is a hyphen.
    private static boolean startsWith(CharSequence name, String prefix) {
        if (name.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = name.charAt(i);
            char lower = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
            if (lower != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static void checkUnderscores(CharSequence name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '_') {
                if (FRAMING.contains(lower(name).replace('_', '-'))) {
                    throw new MalformedRequest("A field is named like one that frames requests");
                }
                return;
            }
        }
    }

    /// Codings other than chunks would be the upstream's to undo, and a zero in front makes an
    /// octal number to some.
    private static void checkFraming(CharSequence name, CharSequence value) {
        if (HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)) {
            if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(value)) {
                throw new MalformedRequest("Transfer-Encoding is not 'chunked'");
            }
        } else if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
            boolean digits = value.length() > 0 && (value.length() == 1 || value.charAt(0) != '0');
            for (int i = 0; i < value.length(); i++) {
                digits &= value.charAt(i) >= '0' && value.charAt(i) <= '9';
            }
            if (!digits) {
                throw new MalformedRequest("Content-Length is no number");
            }
        }
    }

    /// Empty for HTTP/1.0, where there need not be one.
    private static String host(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        String host = request.headers().get(HttpHeaderNames.HOST);
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            throw new MalformedRequest("The version is neither 1.0 nor 1.1");
        }
        if (host == null) {
            if (version.equals(HttpVersion.HTTP_1_1)) {
                throw new MalformedRequest("There is no Host");
            }
            return "";
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c >= 0x7f || "/\\?#@,;%<>\"".indexOf(c) >= 0) {
                throw new MalformedRequest("Host is no host");
            }
        }
        if (host.isEmpty()) {
            throw new MalformedRequest("Host is empty");
        }
        return host;
    }

    /// What is meant for this connection only, as the request itself says.
    private static void forgetHop(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.CONNECTION)) {
            return;
        }
        List<String> known = new ArrayList<>(2);
        boolean named = false;
        for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String option : value.split(",")) {
                String name = lower(option.strip());
                if (KNOWN_OPTIONS.contains(name)) {
                    known.add(name);
                } else if (FRAMING.contains(name)) {
                    throw new MalformedRequest("Connection names a field that frames requests");
                } else if (!name.isEmpty()) {
                    headers.remove(name);
                    named = true;
                }
            }
        }
        if (named) {
            headers.set(HttpHeaderNames.CONNECTION, String.join(", ", known));
        }
    }

    private static String lower(CharSequence text) {
        return text.toString().toLowerCase(Locale.ROOT);
    }
}
