package io.weir.quota.admission;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// Whether a request may proceed. A refusal is an outcome, not an error, and consumes nothing.
public sealed interface AdmissionDecision {

    /// It may, once its reservation is ended.
    record Admitted(Reservation reservation) implements AdmissionDecision {}

    /// Limits stand in the way.
    record Rejected(List<Violation> violations) implements AdmissionDecision {

        public Rejected {
            violations = List.copyOf(violations);
        }

        /// Until this request could be admitted.
        public Duration retryAfter() {
            return violations.stream()
                    .map(Violation::retryAfter)
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
        }
    }

    /// Somebody on the subject path may not call at all.
    record Barred(Subject subject, Bar bar) implements AdmissionDecision {}

    /// The store of a limit that fails closed is away: our fault, not the caller's.
    record StoreAway(List<PolicyName> policies, Duration retryAfter) implements AdmissionDecision {

        public StoreAway {
            policies = List.copyOf(policies);
        }
    }

    /// Why a subject may not call.
    enum Bar {
        UNKNOWN,
        REVOKED,
        EXPIRED,
        SUSPENDED,
        DISABLED
    }

    /// A limit that refused.
    record Violation(Subject subject, Cause cause, ServiceLimit limit, Duration retryAfter) {}

    /// What a limit refused for.
    enum Cause {
        RATE,
        CONCURRENCY,
        QUOTA,
        /// The quota would do if all that is reserved came back.
        RESERVED
    }
}
