package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.concurrency.Slots;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Requests under way, of which each holds one slot until it ends.
final class Concurrency implements Limit {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /// What a stream that asks for more holds on top: no slot.
    private static final Object NONE = new Object();

    private final Subject subject;
    private final QuotaPolicy.Concurrency policy;
    private final Slots slots;

    Concurrency(Subject subject, QuotaPolicy.Concurrency policy, Slots slots) {
        this.subject = subject;
        this.policy = policy;
        this.slots = slots;
    }

    @Override
    public Subject subject() {
        return subject;
    }

    @Override
    public PolicyName name() {
        return policy.name();
    }

    @Override
    public Verdict verdict(Usage cost, long nanoTime) {
        return cost.requests() == 0 ? Verdict.ADMITS : slots.verdict(policy.slots(), nanoTime);
    }

    @Override
    public @Nullable Object tryTake(Usage cost, long nanoTime) {
        if (cost.requests() == 0) {
            return NONE;
        }
        return slots.tryTake(policy.slots(), nanoTime) ? this : null;
    }

    @Override
    public boolean isRefusedSince(long nanoTime) {
        return slots.isRefusedSince(nanoTime);
    }

    @Override
    public boolean needsItsStore() {
        return true;
    }

    @Override
    public void settle(Object taken, Usage reserved, Usage used) {
        release(taken, reserved);
    }

    @Override
    public void release(Object taken, Usage reserved) {
        if (taken == this) {
            slots.free();
        }
    }

    @Override
    public Mono<Void> ask(Usage cost) {
        return slots.ask(policy.slots());
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        return Optional.of(limit());
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        return new Violation(
                subject, name(), Cause.CONCURRENCY, Optional.of(limit()), Optional.of(RETRY_AFTER));
    }

    private ServiceLimit limit() {
        long taken = slots.taken();
        return new ServiceLimit(
                policy.name(),
                ServiceLimit.Kind.CONCURRENCY,
                QuotaUnit.REQUESTS,
                policy.slots(),
                taken,
                0,
                Math.max(0, policy.slots() - taken),
                Optional.empty(),
                Optional.empty());
    }
}
