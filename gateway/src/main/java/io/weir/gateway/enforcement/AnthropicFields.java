package io.weir.gateway.enforcement;

import io.weir.quota.policy.ServiceLimit;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// Anthropic's `anthropic-ratelimit-` headers, the only place that knows their form.
///
/// Its families for input and output tokens are left out, as no limit here counts one of them.
final class AnthropicFields {

    static final String PREFIX = "anthropic-ratelimit-";

    private static final long THOUSAND = 1_000;

    private AnthropicFields() {}

    static void write(HttpHeaders headers, Tightest limits, Instant now) {
        write(headers, "requests-", limits.requests(), now, 1);
        write(headers, "tokens-", limits.tokens(), now, THOUSAND);
    }

    /// @param step to the nearest of which is rounded what remains
    private static void write(
            HttpHeaders headers,
            String unit,
            @Nullable ServiceLimit limit,
            Instant now,
            long step) {
        if (limit == null) {
            return;
        }
        headers.set(PREFIX + unit + "limit", Long.toString(limit.quota()));
        headers.set(PREFIX + unit + "remaining", Long.toString(rounded(limit, step)));
        Tightest.reset(limit)
                .map(wait -> RateLimitFields.second(now.plus(wait)).toString())
                .ifPresent(instant -> headers.set(PREFIX + unit + "reset", instant));
    }

    /// Never to more than the limit.
    private static long rounded(ServiceLimit limit, long step) {
        long nearest = limit.remaining() / step + limit.remaining() % step * 2 / step;
        return nearest > limit.quota() / step ? limit.quota() : nearest * step;
    }
}
