package io.weir.gateway.enforcement;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.LimitState;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/// The fields `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11, the
/// only place that knows their form.
///
/// What a reseller has for all its clients is not shown to one of them, unless it is what refused.
final class RateLimitFields {

    private static final String POLICY = "RateLimit-Policy";
    private static final String LIMIT = "RateLimit";

    /// The largest Integer of RFC 9651.
    private static final long LARGEST = 999_999_999_999_999L;

    private RateLimitFields() {}

    static void write(HttpHeaders headers, List<LimitState> limits, List<Violation> violated) {
        Map<String, ServiceLimit> shown = shown(limits, violated);
        if (shown.isEmpty()) {
            return;
        }
        var policies = new StringBuilder();
        var states = new StringBuilder();
        for (ServiceLimit limit : shown.values()) {
            policy(policies, limit);
            boolean concurrency = limit.window().isEmpty();
            if (!concurrency || limit.remaining() == 0) {
                state(states, limit);
            }
        }
        headers.set(POLICY, policies.toString());
        if (!states.isEmpty()) {
            headers.set(LIMIT, states.toString());
        }
    }

    private static Map<String, ServiceLimit> shown(
            List<LimitState> limits, List<Violation> violated) {
        boolean client =
                limits.stream().anyMatch(state -> state.subject().kind() == SubjectKind.CLIENT);
        Map<String, ServiceLimit> shown = new LinkedHashMap<>();
        for (LimitState state : limits) {
            if (!client || state.subject().kind() != SubjectKind.RESELLER) {
                shown.put(state.limit().policy().value(), state.limit());
            }
        }
        for (Violation violation : violated) {
            shown.put(violation.limit().policy().value(), violation.limit());
        }
        return shown;
    }

    private static void policy(StringBuilder out, ServiceLimit limit) {
        member(out, limit).append(";q=").append(integer(limit.quota()));
        Optional<Duration> window = limit.window();
        if (window.isPresent()) {
            out.append(";w=").append(window.get().toSeconds());
        } else {
            out.append(";qu=\"concurrent-requests\"");
        }
    }

    private static void state(StringBuilder out, ServiceLimit limit) {
        member(out, limit).append(";r=").append(integer(limit.remaining()));
        if (limit.window().isPresent()) {
            out.append(";t=").append(secondsRoundedUp(limit.resetAfter()));
        }
    }

    private static StringBuilder member(StringBuilder out, ServiceLimit limit) {
        if (!out.isEmpty()) {
            out.append(", ");
        }
        return out.append('"').append(limit.policy().value()).append('"');
    }

    private static long integer(long value) {
        return Math.min(value, LARGEST);
    }

    /// To the second, which the start of a period is.
    static Instant resetsAt(Instant now, ServiceLimit limit) {
        return now.plus(limit.resetAfter()).plusMillis(500).truncatedTo(ChronoUnit.SECONDS);
    }

    static long secondsRoundedUp(Duration duration) {
        return Math.max(0, Math.ceilDiv(duration.toMillis(), 1_000L));
    }
}
