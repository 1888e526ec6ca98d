package io.weir.gateway.accesslog;

import io.weir.gateway.accesslog.Entry.Asked;
import io.weir.gateway.accesslog.Entry.Told;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An [Entry] as a line of JSON, in ASCII.
///
/// What callers send is cut to a length, escaped, and freed of what looks like a key; the query of
/// an address is left out, as it may hold anything.
final class Line {

    private static final int LONGEST_PATH = 1024;
    private static final int LONGEST_WORD = 256;

    /// Ids that others gave a request: nothing that could be mistaken for more than an id.
    private static final Pattern CORRELATION = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

    private static final Pattern TRACE_PARENT =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    private static final Pattern SECRET =
            Pattern.compile("(?i)(weir(?:_|%5f)[a-z]{2}(?:_|%5f))[0-9a-z%_]+");

    private final StringBuilder text = new StringBuilder(512);

    private Line() {}

    static String of(Entry entry) {
        return new Line().write(entry).text.append("}\n").toString();
    }

    private Line write(Entry entry) {
        Asked asked = entry.asked;
        text.append('{');
        string("time", Instant.ofEpochMilli(entry.epochMillis).toString());
        Told told = entry.told;
        string("request_id", entry.id == null && told != null ? told.requestId() : entry.id);
        string("correlation_id", correlation(asked.correlation(), entry.id));
        string("trace_id", entry.traceId == null ? traceId(asked.traceparent()) : entry.traceId);
        string("remote", asked.remote());
        string("method", asked.method());
        string("path", cut(path(asked.uri()), LONGEST_PATH));
        string("protocol", asked.protocol());
        string("route", entry.route);
        string("key", entry.key == null ? null : entry.key.toString());
        string("decision", entry.decision);
        if (told != null) {
            number("status", told.status() == 0 ? -1 : told.status());
            number("bytes", told.bytes());
            number("duration_us", entry.micros);
            string("end", told.end().word());
        }
        string("user_agent", asked.agent());
        return this;
    }

    /// Only where it is one, and was not given by this gateway.
    private static @Nullable String correlation(@Nullable String sent, @Nullable String own) {
        return sent == null || sent.equals(own) || !CORRELATION.matcher(sent).matches()
                ? null
                : sent;
    }

    private static @Nullable String traceId(@Nullable String traceparent) {
        return Optional.ofNullable(traceparent)
                .map(TRACE_PARENT::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> matcher.group(1))
                .orElse(null);
    }

    /// Of a target in any form: without its query, and without the authority, which may name users.
    private static String path(String uri) {
        int authority = uri.startsWith("/") ? -1 : uri.indexOf("://");
        int slash = authority < 0 ? 0 : uri.indexOf('/', authority + 3);
        String from = authority < 0 ? uri : slash < 0 ? "/" : uri.substring(slash);
        for (int i = 0; i < from.length(); i++) {
            char c = from.charAt(i);
            if (c == '?' || c == '#') {
                return from.substring(0, i);
            }
        }
        return from;
    }

    private void string(String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        name(name);
        text.append('"');
        String safe = SECRET.matcher(value).replaceAll("$1...");
        escape(name.equals("path") ? safe : cut(safe, LONGEST_WORD));
        text.append('"');
    }

    /// @param value below zero for none
    private void number(String name, long value) {
        if (value >= 0) {
            name(name);
            text.append(value);
        }
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        text.append('"').append(name).append("\":");
    }

    private static String cut(String value, int longest) {
        return value.length() <= longest ? value : value.substring(0, longest) + "...";
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                text.append(c);
            } else {
                text.append("\\u").append(hex(c >> 12)).append(hex(c >> 8));
                text.append(hex(c >> 4)).append(hex(c));
            }
        }
    }

    private static char hex(int digit) {
        return Character.forDigit(digit & 0xf, 16);
    }
}
