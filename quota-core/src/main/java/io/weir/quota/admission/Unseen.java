package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.util.Optional;

/// A rate or slots, of which only gateways know what is taken. Here it stands in nobody's way.
///
/// @param whole as if nothing was taken
record Unseen(Subject subject, AppliedLimit.Kind kind, ServiceLimit whole) implements LookedAt {

    @Override
    public PolicyName name() {
        return whole.policy();
    }

    @Override
    public Verdict verdict(Usage cost, long nanoTime) {
        return Verdict.ADMITS;
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        return Optional.of(whole);
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        throw new UnsupportedOperationException("It refuses nothing");
    }
}
