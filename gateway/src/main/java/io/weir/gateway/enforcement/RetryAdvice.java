package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.Refusal.Kind;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.http.HttpHeaders;

/// Whether and when whoever was refused may try again.
///
/// The SDKs of the language models retry 429 and 5xx by themselves. Most of them obey `Retry-After`
/// up to a minute; beyond that some come back within seconds, and others let their caller's thread
/// wait for the whole of it, be it a month. So where waiting does not help, or takes longer than a
/// minute, they are told not to.
final class RetryAdvice {

    private static final Duration WORTH_WAITING = Duration.ofMinutes(1);

    /// Whoever waits for a new period must not come back in the same second as everybody else.
    private static final long JITTER_SECONDS = 30;

    private RetryAdvice() {}

    static void write(HttpHeaders headers, Dialect dialect, Refusal refusal) {
        if (refusal.kind() == Kind.INVALID_KEY) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        refusal.retryAfter().ifPresent(wait -> after(headers, dialect, refusal.kind(), wait));
        if (dialect != Dialect.PLAIN && !worthRetrying(dialect, refusal)) {
            headers.set("x-should-retry", "false");
        }
    }

    private static void after(HttpHeaders headers, Dialect dialect, Kind kind, Duration wait) {
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds(kind, wait)));
        long millis = RateLimitFields.millisRoundedUp(wait);
        if (dialect == Dialect.OPENAI && millis % 1_000 != 0 && kind != Kind.QUOTA_EXCEEDED) {
            headers.set("retry-after-ms", Long.toString(millis));
        }
    }

    private static long seconds(Kind kind, Duration wait) {
        long jitter =
                kind == Kind.QUOTA_EXCEEDED && wait.compareTo(WORTH_WAITING) > 0
                        ? ThreadLocalRandom.current().nextLong(JITTER_SECONDS)
                        : 0;
        return Math.max(1, RateLimitFields.secondsRoundedUp(wait)) + jitter;
    }

    private static boolean worthRetrying(Dialect dialect, Refusal refusal) {
        boolean soon = refusal.retryAfter().filter(RetryAdvice::isLong).isEmpty();
        return switch (refusal.kind()) {
            case INSUFFICIENT_BALANCE -> false;
            case QUOTA_EXCEEDED ->
                    dialect == Dialect.ANTHROPIC && soon && refusal.retryAfter().isPresent();
            default -> soon;
        };
    }

    private static boolean isLong(Duration wait) {
        return wait.compareTo(WORTH_WAITING) > 0;
    }
}
