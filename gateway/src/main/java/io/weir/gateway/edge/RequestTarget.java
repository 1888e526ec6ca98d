package io.weir.gateway.edge;

import java.util.HexFormat;
import java.util.Locale;

/// What a request asks for: a path, and perhaps a query.
///
/// A path of which somebody could make another is refused: empty segments, dots, backslashes,
/// parameters after a semicolon, and what decodes to one of them. Letters, digits and the like that
/// are percent-encoded without need are decoded here, once, so that the same string is routed,
/// ruled and forwarded.
final class RequestTarget {

    private static final String UNRESERVED_MARKS = "-_~";

    private RequestTarget() {}

    /// @param host the request's own
    /// @return the target in origin-form
    static String of(String target, String host) {
        String origin = target.startsWith("/") ? target : origin(target, host);
        boolean plain = true;
        int end = origin.length();
        for (int i = 0; i < end; i++) {
            char c = origin.charAt(i);
            if (c == '?') {
                query(origin, i);
                break;
            }
            if (c == '%') {
                plain &= !isUnreserved(encoded(origin, i));
            } else if (c == '/') {
                segment(origin, i + 1);
            } else if (c <= ' ' || c >= 0x7f || c == '\\' || c == ';' || c == '#') {
                throw new MalformedRequest("The path holds a character that must not be there");
            }
        }
        return plain ? origin : decoded(origin);
    }

    /// Asked of a proxy, by a whole URL; it has to be ours.
    private static String origin(String target, String host) {
        int start = target.indexOf("://") + "://".length();
        String scheme = start > 2 ? target.substring(0, start).toLowerCase(Locale.ROOT) : "";
        if (!scheme.equals("http://") && !scheme.equals("https://")) {
            throw new MalformedRequest("The target is no path");
        }
        int end = start;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        if (!target.substring(start, end).equalsIgnoreCase(host)) {
            throw new MalformedRequest("The target names another host than Host does");
        }
        return target.startsWith("/", end) ? target.substring(end) : "/" + target.substring(end);
    }

    private static void segment(String origin, int start) {
        int end = start;
        while (end < origin.length() && "/?".indexOf(origin.charAt(end)) < 0) {
            end++;
        }
        int length = end - start;
        boolean dots =
                length > 0
                        && length < 3
                        && origin.charAt(start) == '.'
                        && origin.charAt(end - 1) == '.';
        boolean empty = length == 0 && end < origin.length() && origin.charAt(end) == '/';
        if (dots || empty) {
            throw new MalformedRequest("A segment of the path is empty or made of dots");
        }
    }

    /// The byte that is percent-encoded at a place, if it may be.
    private static int encoded(String origin, int percent) {
        if (percent + 2 >= origin.length()
                || !HexFormat.isHexDigit(origin.charAt(percent + 1))
                || !HexFormat.isHexDigit(origin.charAt(percent + 2))) {
            throw new MalformedRequest("A percent sign is not followed by two digits");
        }
        int value = HexFormat.fromHexDigits(origin, percent + 1, percent + 3);
        boolean neverInUtf8 = value == 0xc0 || value == 0xc1 || value >= 0xf5;
        if (value < ' ' || value == 0x7f || "./\\;".indexOf(value) >= 0 || neverInUtf8) {
            throw new MalformedRequest("Something is encoded that must not be in a path");
        }
        return value;
    }

    private static void query(String origin, int start) {
        for (int i = start; i < origin.length(); i++) {
            char c = origin.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
                throw new MalformedRequest("The query holds a character that must not be there");
            }
        }
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || UNRESERVED_MARKS.indexOf(c) >= 0;
    }

    private static String decoded(String origin) {
        int question = origin.indexOf('?');
        int end = question < 0 ? origin.length() : question;
        var text = new StringBuilder(origin.length());
        for (int i = 0; i < end; i++) {
            int value = origin.charAt(i) == '%' ? encoded(origin, i) : -1;
            if (value >= 0 && isUnreserved(value)) {
                text.append((char) value);
                i += 2;
            } else {
                text.append(origin.charAt(i));
            }
        }
        return text.append(origin, end, origin.length()).toString();
    }
}
