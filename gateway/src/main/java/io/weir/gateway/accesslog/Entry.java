package io.weir.gateway.accesslog;

import io.weir.quota.subject.Subject;
import org.jspecify.annotations.Nullable;

/// What is known of one request, put together on its event loop while it is under way.
final class Entry {

    /// How it ended.
    enum End {
        COMPLETE("complete"),
        FAILED("failed"),
        ABORTED("aborted"),
        MALFORMED("malformed");

        private final String word;

        End(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /// What it asked for, as it was sent.
    record Asked(
            String remote,
            String method,
            String uri,
            String protocol,
            @Nullable String correlation,
            @Nullable String traceparent,
            @Nullable String agent) {}

    /// @param status 0 if nothing was answered
    /// @param bytes of the body, as far as its head tells; else -1
    record Told(int status, long bytes, @Nullable String requestId, End end) {}

    final long epochMillis;
    private final long begin;
    final Asked asked;

    @Nullable String id;
    @Nullable String route;
    @Nullable Subject key;
    @Nullable String decision;
    @Nullable String traceId;
    @Nullable Told told;
    long micros;

    /// @param nanoTime of the monotonic clock
    Entry(long epochMillis, long nanoTime, Asked asked) {
        this.epochMillis = epochMillis;
        this.begin = nanoTime;
        this.asked = asked;
    }

    Entry ended(Told how, long nanoTime) {
        told = how;
        micros = (nanoTime - begin) / 1_000;
        return this;
    }
}
