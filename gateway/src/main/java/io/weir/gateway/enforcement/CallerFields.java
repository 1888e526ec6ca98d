package io.weir.gateway.enforcement;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.LimitState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/// How the caller's limits stand, in the fields that its dialect knows beside those for everybody.
///
/// What an upstream says in fields of these names, and of whose account it is, is about the
/// operator, which is none of the caller's business, and would contradict ours.
final class CallerFields {

    private static final List<String> UPSTREAMS =
            List.of(
                    OpenAiFields.PREFIX,
                    "openai-organization",
                    "openai-project",
                    AnthropicFields.PREFIX,
                    "anthropic-priority-",
                    "anthropic-organization-id");

    private CallerFields() {}

    /// @param violated which limit refused, if one did
    static void write(
            HttpHeaders headers,
            Dialect dialect,
            List<LimitState> limits,
            Optional<Violation> violated,
            Instant now) {
        if (dialect != Dialect.PLAIN) {
            forget(headers);
        }
        RateLimitFields.write(headers, limits, violated.map(List::of).orElse(List.of()));
        switch (dialect) {
            case PLAIN -> {}
            case OPENAI -> OpenAiFields.write(headers, Tightest.of(limits, violated));
            case ANTHROPIC -> AnthropicFields.write(headers, Tightest.of(limits, violated), now);
        }
    }

    private static void forget(HttpHeaders headers) {
        headers.headerNames().stream()
                .filter(name -> UPSTREAMS.stream().anyMatch(lower(name)::startsWith))
                .toList()
                .forEach(headers::remove);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
