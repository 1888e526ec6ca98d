package io.weir.quota.admission;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Whether a request may proceed. A refusal is an outcome, not an error, and consumes nothing.
public sealed interface AdmissionDecision {

    /// It may, once its reservation is ended.
    ///
    /// @param observed the policies in observe mode that would have refused it
    record Admitted(Reservation reservation, List<PolicyName> observed)
            implements AdmissionDecision {}

    /// It may, although the store is away and some limits could not be asked: they fail open. It is
    /// counted in them once the store is back, unless nothing was known of them at all.
    ///
    /// @param policies those that let it through
    record Unmetered(Reservation reservation, List<PolicyName> policies)
            implements AdmissionDecision {

        public Unmetered {
            policies = List.copyOf(policies);
        }
    }

    /// Limits stand in the way.
    record Rejected(List<Violation> violations) implements AdmissionDecision {

        public Rejected {
            violations = List.copyOf(violations);
        }

        /// Of several limits the one to wait longest for; one that waiting does not help outlasts
        /// all.
        public Violation worst() {
            return violations.stream().max(Comparator.comparing(Rejected::wait)).orElseThrow();
        }

        private static Duration wait(Violation violation) {
            return violation.retryAfter().orElse(FOR_EVER);
        }

        private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);
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
        DISABLED,
        /// A key that may not do this, whatever else it may do.
        ROUTE_NOT_ALLOWED,
        MODEL_NOT_ALLOWED,
        ADDRESS_NOT_ALLOWED,
        /// Something that nobody has set a price for, where what it costs is limited.
        NOT_PRICED
    }

    /// A limit that refused.
    ///
    /// @param limit how it stands, if there is a number to it
    /// @param retryAfter until this request could be admitted; absent where waiting does not help
    record Violation(
            Subject subject,
            PolicyName policy,
            Cause cause,
            Optional<ServiceLimit> limit,
            Optional<Duration> retryAfter) {}

    /// What a limit refused for.
    enum Cause {
        RATE,
        CONCURRENCY,
        QUOTA,
        /// What was paid for is spent.
        BALANCE,
        /// It is outside the hours of access.
        WINDOW,
        /// The quota would do if all that is reserved came back.
        RESERVED
    }
}
