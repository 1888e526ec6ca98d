package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.Examination.Tally;
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
import java.util.Optional;

/// A period quota as the store has counted it. What nodes hold on lease is reserved, but stands in
/// nobody's way: they spend it, or give way to each other.
///
/// @param at the instant that is asked about
record Tallied(Subject subject, PeriodQuota policy, Tally tally, Instant at) implements LookedAt {

    @Override
    public PolicyName name() {
        return policy.name();
    }

    Period period() {
        return policy.at(at);
    }

    @Override
    public Verdict verdict(Usage cost, long nanoTime) {
        long needed = Limit.needed(cost, policy.unit());
        return policy.limit().isEmpty()
                        || policy.limit().getAsLong() - tally.used() - tally.forfeited() >= needed
                ? Verdict.ADMITS
                : Verdict.REFUSES;
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        return policy.limit().isEmpty()
                ? Optional.empty()
                : Optional.of(serviceLimit(policy.limit().getAsLong(), now));
    }

    private ServiceLimit serviceLimit(long limit, Instant now) {
        Period period = period();
        boolean ends = period.ends().isBefore(Renewal.NO_END);
        long reserved = tally.leased() + tally.forfeited();
        return new ServiceLimit(
                name(),
                ServiceLimit.Kind.QUOTA,
                policy.unit(),
                limit,
                tally.used(),
                reserved,
                Math.max(0, limit - tally.used() - reserved),
                ends
                        ? Optional.of(Duration.between(period.starts(), period.ends()))
                        : Optional.empty(),
                ends ? Optional.of(Duration.between(now, period.ends())) : Optional.empty());
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        long limit = policy.limit().orElse(Long.MAX_VALUE);
        boolean fits = limit - tally.used() >= Limit.needed(cost, policy.unit());
        return Allowance.violation(subject, policy, serviceLimit(limit, now), fits);
    }
}
