package io.weir.gateway.enforcement;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.LimitState;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.ServiceLimit.Kind;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;

/// The fields `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11, the
/// only place that knows their form.
///
/// What a reseller has for all its clients is not shown to one of them, unless it is what refused.
/// The draft has no unit for tokens, so those policies carry one of ours; credits are no integers,
/// and left out.
final class RateLimitFields {

    private static final String POLICY = "RateLimit-Policy";
    private static final String LIMIT = "RateLimit";

    /// The largest Integer of RFC 9651.
    private static final long LARGEST = 999_999_999_999_999L;

    private static final Comparator<ServiceLimit> BY_KIND =
            Comparator.comparing(ServiceLimit::kind);

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
            if (limit.kind() != Kind.CONCURRENCY || limit.remaining() == 0) {
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
        List<ServiceLimit> visible = visible(limits);
        visible.sort(BY_KIND);
        Map<String, ServiceLimit> shown = LinkedHashMap.newLinkedHashMap(visible.size());
        for (ServiceLimit limit : visible) {
            shown.put(limit.policy().value(), limit);
        }
        for (Violation violation : violated) {
            violation.limit().ifPresent(limit -> shown.put(limit.policy().value(), limit));
        }
        shown.values().removeIf(limit -> limit.unit() == QuotaUnit.CREDITS);
        return shown;
    }

    /// All but what a reseller has for all its clients, if this is one of them. Loops, not streams:
    /// every answer asks.
    static List<ServiceLimit> visible(List<LimitState> limits) {
        boolean client = false;
        for (LimitState state : limits) {
            client |= state.subject().kind() == SubjectKind.CLIENT;
        }
        List<ServiceLimit> visible = new ArrayList<>(limits.size());
        for (LimitState state : limits) {
            if (!client || state.subject().kind() != SubjectKind.RESELLER) {
                visible.add(state.limit());
            }
        }
        return visible;
    }

    private static void policy(StringBuilder out, ServiceLimit limit) {
        member(out, limit).append(";q=").append(integer(limit.quota()));
        limit.window().ifPresent(window -> out.append(";w=").append(window.toSeconds()));
        if (limit.kind() == Kind.CONCURRENCY) {
            out.append(";qu=\"concurrent-requests\"");
        } else if (limit.unit() != QuotaUnit.REQUESTS) {
            out.append(";weir-unit=\"").append(limit.unit().word()).append('"');
        }
    }

    private static void state(StringBuilder out, ServiceLimit limit) {
        member(out, limit).append(";r=").append(integer(limit.remaining()));
        limit.resetAfter().ifPresent(wait -> out.append(";t=").append(secondsRoundedUp(wait)));
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

    static Optional<Instant> resetsAt(Instant now, ServiceLimit limit) {
        return limit.resetAfter().map(wait -> second(now.plus(wait)));
    }

    /// The nearest, which the start of a period is.
    static Instant second(Instant instant) {
        return instant.plusMillis(500).truncatedTo(ChronoUnit.SECONDS);
    }

    static long secondsRoundedUp(Duration duration) {
        return Math.ceilDiv(millisRoundedUp(duration), 1_000L);
    }

    static long millisRoundedUp(Duration duration) {
        long millis = duration.toMillis();
        boolean more = duration.compareTo(Duration.ofMillis(millis)) > 0;
        return Math.max(0, more ? millis + 1 : millis);
    }
}
