package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.util.Optional;
import reactor.core.publisher.Mono;

/// A rate or slots, of which only gateways know what is taken. Here it stands in nobody's way.
///
/// @param whole as if nothing was taken
record Unseen(Subject subject, AppliedLimit.Kind kind, ServiceLimit whole) implements Limit {

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

    @Override
    public Object tryTake(Usage cost, long nanoTime) {
        throw new UnsupportedOperationException("This is to be looked at only");
    }

    @Override
    public void settle(Object taken, Usage reserved, Usage used) {
        throw new UnsupportedOperationException("Nothing was taken");
    }

    @Override
    public void release(Object taken, Usage reserved) {
        throw new UnsupportedOperationException("Nothing was taken");
    }

    @Override
    public Mono<Void> ask(Usage cost) {
        return Mono.empty();
    }
}
