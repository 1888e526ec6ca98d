package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.lease.Lease;
import io.weir.quota.lease.Slice;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.schedule.Renewal;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// A period quota or a balance, spent from this node's lease.
final class Allowance implements Limit {

    private static final Duration RESERVED_RETRY = Duration.ofSeconds(1);

    /// Let through while there was no period to count it in.
    private static final Object UNCOUNTED = new Object();

    private final Subject subject;
    private final PeriodQuota policy;
    private final QuotaUnit unit;
    private final Lease lease;

    Allowance(Subject subject, PeriodQuota policy, Lease lease) {
        this.subject = subject;
        this.policy = policy;
        this.unit = policy.unit();
        this.lease = lease;
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
        return lease.verdict(Limit.needed(cost, unit), nanoTime);
    }

    @Override
    public @Nullable Object tryTake(Usage cost, long nanoTime) {
        return lease.tryReserve(cost.of(unit), nanoTime);
    }

    @Override
    public @Nullable Object overdraw(Usage cost) {
        if (policy.failureMode() == FailureMode.CLOSED) {
            return null;
        }
        Slice slice = lease.overdraw(cost.of(unit));
        return slice == null ? UNCOUNTED : slice;
    }

    @Override
    public void settle(Object taken, Usage reserved, Usage used) {
        if (taken instanceof Slice slice) {
            lease.settle(slice, reserved.of(unit), used.of(unit));
        }
    }

    @Override
    public void release(Object taken, Usage reserved) {
        settle(taken, reserved, Usage.NONE);
    }

    @Override
    public Mono<Void> ask(Usage cost) {
        return lease.ask(Limit.needed(cost, unit));
    }

    @Override
    public Mono<Void> refresh() {
        return lease.refresh();
    }

    @Override
    public boolean isAnsweredSince(long nanoTime) {
        return lease.isAnsweredSince(nanoTime);
    }

    boolean isExceeded() {
        return lease.isExceeded();
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        return lease.serviceLimit(now);
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        ServiceLimit limit = lease.serviceLimit(now).orElseGet(this::nothingLeft);
        if (lease.onlyReservedStandsInTheWay(Limit.needed(cost, unit))) {
            return violation(Cause.RESERVED, limit, Optional.of(RESERVED_RETRY));
        }
        return policy.renewal() instanceof Renewal.Never
                ? violation(Cause.BALANCE, limit, Optional.empty())
                : violation(Cause.QUOTA, limit, limit.resetAfter());
    }

    private Violation violation(Cause cause, ServiceLimit limit, Optional<Duration> retryAfter) {
        return new Violation(subject, name(), cause, Optional.of(limit), retryAfter);
    }

    private ServiceLimit nothingLeft() {
        return new ServiceLimit(
                name(),
                ServiceLimit.Kind.QUOTA,
                unit,
                policy.limit().orElse(0),
                lease.used(),
                0,
                0,
                Optional.empty(),
                Optional.of(RESERVED_RETRY));
    }
}
