package io.weir.gateway.enforcement;

import io.weir.quota.policy.ServiceLimit;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// OpenAI's `x-ratelimit-` headers, the only place that knows their form.
final class OpenAiFields {

    static final String PREFIX = "x-ratelimit-";

    private OpenAiFields() {}

    static void write(HttpHeaders headers, Tightest limits) {
        write(headers, "requests", limits.requests());
        write(headers, "tokens", limits.tokens());
    }

    private static void write(HttpHeaders headers, String unit, @Nullable ServiceLimit limit) {
        if (limit == null) {
            return;
        }
        headers.set(PREFIX + "limit-" + unit, Long.toString(limit.quota()));
        headers.set(PREFIX + "remaining-" + unit, Long.toString(limit.remaining()));
        Tightest.reset(limit)
                .ifPresent(wait -> headers.set(PREFIX + "reset-" + unit, duration(wait)));
    }

    /// As Go writes it, rounded up to the millisecond: `12ms`, `1.5s`, `6m0s`, `1h0m0s`.
    static String duration(Duration wait) {
        long millis = RateLimitFields.millisRoundedUp(wait);
        if (millis > 0 && millis < 1_000) {
            return millis + "ms";
        }
        long minutes = millis / 60_000;
        String seconds =
                BigDecimal.valueOf(millis % 60_000, 3).stripTrailingZeros().toPlainString() + "s";
        if (minutes == 0) {
            return seconds;
        }
        return minutes < 60
                ? "%dm%s".formatted(minutes, seconds)
                : "%dh%dm%s".formatted(minutes / 60, minutes % 60, seconds);
    }
}
