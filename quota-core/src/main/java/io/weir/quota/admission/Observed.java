package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/// A limit in observe mode: it refuses nothing, and a request that it would have refused carries
/// its name. The store gives a quota in observe mode all it asks for, so that usage beyond the
/// limit is counted too.
record Observed(Limit limit) implements Limit {

    /// What a request takes of a limit that would have refused it.
    private enum Nothing {
        TAKEN
    }

    /// A limit that refuses, or only tells, as its policy says.
    static Limit where(Enforcement enforcement, Limit limit) {
        return enforcement == Enforcement.OBSERVE ? new Observed(limit) : limit;
    }

    @Override
    public Subject subject() {
        return limit.subject();
    }

    @Override
    public PolicyName name() {
        return limit.name();
    }

    @Override
    public Verdict verdict(Usage cost, long nanoTime) {
        Verdict verdict = limit.verdict(cost, nanoTime);
        return verdict == Verdict.REFUSES ? Verdict.ADMITS : verdict;
    }

    @Override
    public Object tryTake(Usage cost, long nanoTime) {
        Object taken = limit.tryTake(cost, nanoTime);
        return taken == null ? Nothing.TAKEN : taken;
    }

    @Override
    public Object overdraw(Usage cost, long nanoTime, List<PolicyName> overdrawn) {
        Object taken = limit.overdraw(cost, nanoTime, overdrawn);
        return taken == null ? Nothing.TAKEN : taken;
    }

    /// Whether it would have refused the request that took this, by which it may be exceeded now.
    boolean wouldHaveRefused(Object taken, Usage cost) {
        return taken == Nothing.TAKEN
                || (limit instanceof Allowance quota && quota.isExceededWith(cost));
    }

    /// Whether it would refuse a request that has taken nothing.
    boolean wouldRefuse(Usage cost, long nanoTime) {
        return limit.verdict(cost, nanoTime) == Verdict.REFUSES
                || (limit instanceof Allowance quota && quota.isExceededBy(cost));
    }

    @Override
    public void settle(Object taken, Usage reserved, Usage used) {
        if (taken != Nothing.TAKEN) {
            limit.settle(taken, reserved, used);
        }
    }

    @Override
    public void release(Object taken, Usage reserved) {
        if (taken != Nothing.TAKEN) {
            limit.release(taken, reserved);
        }
    }

    @Override
    public boolean counts(QuotaUnit unit) {
        return limit.counts(unit);
    }

    @Override
    public Mono<Void> ask(Usage cost) {
        return limit.ask(cost);
    }

    @Override
    public void abandon() {
        limit.abandon();
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        return Optional.empty();
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        return limit.violation(cost, now);
    }
}
