package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.schedule.Period;
import io.weir.quota.schedule.Renewal;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// A period quota that is counted in memory, by one thread, in periods of a clock that may be
/// turned by hand.
final class Recorded implements Limit {

    private final Subject subject;
    private final PeriodQuota policy;
    private final InstantSource clock;
    private Period period;
    private long used;
    private long forfeited;

    /// @param used in the period that the clock shows now, as what is forfeited
    Recorded(Subject subject, PeriodQuota policy, InstantSource clock, long used, long forfeited) {
        this.subject = subject;
        this.policy = policy;
        this.clock = clock;
        this.period = policy.at(clock.instant());
        this.used = used;
        this.forfeited = forfeited;
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
        renew(clock.instant());
        return fits(cost, used + forfeited) ? Verdict.ADMITS : Verdict.REFUSES;
    }

    @Override
    public @Nullable Object tryTake(Usage cost, long nanoTime) {
        if (verdict(cost, nanoTime) == Verdict.REFUSES) {
            return null;
        }
        used += cost.of(policy.unit());
        return this;
    }

    @Override
    public void settle(Object taken, Usage reserved, Usage spent) {
        used += spent.of(policy.unit()) - reserved.of(policy.unit());
    }

    @Override
    public void release(Object taken, Usage reserved) {
        settle(taken, reserved, Usage.NONE);
    }

    @Override
    public Mono<Void> ask(Usage cost) {
        return Mono.empty();
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        return policy.limit().isEmpty()
                ? Optional.empty()
                : Optional.of(serviceLimit(policy.limit().getAsLong(), renew(now), now));
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        Optional<ServiceLimit> limit = serviceLimit(now);
        return new Violation(
                subject,
                name(),
                fits(cost, used) ? Cause.RESERVED : Cause.QUOTA,
                limit,
                limit.flatMap(ServiceLimit::resetAfter));
    }

    private boolean fits(Usage cost, long taken) {
        return policy.limit().isEmpty()
                || policy.limit().getAsLong() - taken >= Limit.needed(cost, policy.unit());
    }

    private ServiceLimit serviceLimit(long limit, Period current, Instant now) {
        boolean ends = !current.ends().equals(Renewal.NO_END);
        return new ServiceLimit(
                name(),
                ServiceLimit.Kind.QUOTA,
                policy.unit(),
                limit,
                used,
                forfeited,
                Math.max(0, limit - used - forfeited),
                ends
                        ? Optional.of(Duration.between(current.starts(), current.ends()))
                        : Optional.empty(),
                ends ? Optional.of(Duration.between(now, current.ends())) : Optional.empty());
    }

    /// A new period begins at zero.
    private Period renew(Instant now) {
        if (!period.contains(now)) {
            period = policy.at(now);
            used = 0;
            forfeited = 0;
        }
        return period;
    }
}
