package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.bucket.Consumption;
import io.weir.quota.bucket.Rate;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// A rate. A request that was made stays counted, whatever it used in the end; tokens are counted
/// as they were used, and may leave the bucket in debt. One that may use more than a full bucket
/// holds waits for a full bucket: it would never be admitted otherwise.
final class RateLimit implements Limit {

    private final Subject subject;
    private final Rate rate;
    private final QuotaUnit unit;

    RateLimit(Subject subject, Rate rate) {
        this.subject = subject;
        this.rate = rate;
        this.unit = rate.policy().unit();
    }

    @Override
    public Subject subject() {
        return subject;
    }

    @Override
    public PolicyName name() {
        return rate.policy().name();
    }

    @Override
    public Verdict verdict(Usage cost, long nanoTime) {
        return cost.of(unit) == 0 && cost.requests() == 0
                ? Verdict.ADMITS
                : rate.verdict(share(cost), nanoTime);
    }

    @Override
    public @Nullable Object tryTake(Usage cost, long nanoTime) {
        return rate.tryConsume(share(cost), nanoTime) ? this : null;
    }

    @Override
    public @Nullable Object overdraw(Usage cost, long nanoTime, List<PolicyName> overdrawn) {
        return rate.tryConsumeUnasked(share(cost), nanoTime) ? this : null;
    }

    @Override
    public void settle(Object taken, Usage reserved, Usage used) {
        if (unit != QuotaUnit.REQUESTS) {
            rate.settle(share(reserved), used.of(unit));
        }
    }

    @Override
    public void release(Object taken, Usage reserved) {
        rate.putBack(share(reserved));
    }

    @Override
    public Mono<Void> ask(Usage cost) {
        return rate.ask(share(cost));
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        long left = rate.estimate(1).remaining();
        return Optional.of(limit(rate.estimate(Math.min(left + 1, rate.policy().capacity()))));
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        Consumption wait =
                rate.estimate(Math.min(Limit.needed(cost, unit), rate.policy().capacity()));
        return new Violation(
                subject,
                name(),
                Cause.RATE,
                Optional.of(limit(wait)),
                Optional.of(wait.retryAfter()));
    }

    private long share(Usage cost) {
        return Math.min(cost.of(unit), rate.policy().capacity());
    }

    private ServiceLimit limit(Consumption now) {
        var policy = rate.policy();
        return new ServiceLimit(
                policy.name(),
                ServiceLimit.Kind.RATE,
                unit,
                policy.capacity(),
                policy.capacity() - now.remaining(),
                0,
                now.remaining(),
                Optional.of(policy.refillPeriod()),
                Optional.of(now.retryAfter()));
    }
}
