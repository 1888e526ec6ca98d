package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A limit that a request met: how it stood, and what it said.
///
/// @param limit how it stood; absent for a window, and for a quota without a limit
/// @param refusal for what it refused, or would have in observe mode; absent if it did not mind
/// @param retryAfter until it would not mind; absent where waiting does not help
public record AppliedLimit(
        Subject subject,
        PolicyName policy,
        Kind kind,
        Enforcement enforcement,
        Optional<ServiceLimit> limit,
        Optional<Cause> refusal,
        Optional<Duration> retryAfter) {

    /// What kind of limit it is.
    public enum Kind {
        WINDOW,
        CONCURRENCY,
        RATE,
        QUOTA
    }

    static AppliedLimit of(Limit limit, Optional<Violation> violation, Instant now) {
        Limit met = limit instanceof Observed(Limit observed) ? observed : limit;
        return new AppliedLimit(
                limit.subject(),
                limit.name(),
                kind(met),
                limit instanceof Observed ? Enforcement.OBSERVE : Enforcement.ENFORCE,
                violation.flatMap(Violation::limit).or(() -> met.serviceLimit(now)),
                violation.map(Violation::cause),
                violation.flatMap(Violation::retryAfter));
    }

    private static Kind kind(Limit limit) {
        return switch (limit) {
            case Access _ -> Kind.WINDOW;
            case Concurrency _ -> Kind.CONCURRENCY;
            case RateLimit _ -> Kind.RATE;
            case Allowance _, Recorded _, Tallied _ -> Kind.QUOTA;
            case Unseen unseen -> unseen.kind();
            case Observed(Limit observed) -> kind(observed);
        };
    }
}
