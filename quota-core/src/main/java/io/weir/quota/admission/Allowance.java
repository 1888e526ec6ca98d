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
import java.util.List;
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
    public @Nullable Object overdraw(Usage cost, long nanoTime, List<PolicyName> overdrawn) {
        if (policy.failureMode() == FailureMode.CLOSED) {
            return null;
        }
        overdrawn.add(name());
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
        return lease.ask(0);
    }

    @Override
    public void abandon() {
        lease.giveBack();
    }

    @Override
    public boolean isRefusedSince(long nanoTime) {
        return lease.isRefusedSince(nanoTime);
    }

    @Override
    public boolean counts(QuotaUnit counted) {
        return unit == counted;
    }

    @Override
    public boolean needsItsStore() {
        return true;
    }

    /// Whether what a request reserved here is more than there was.
    boolean isExceededWith(Usage reserved) {
        return lease.isExceededBy(Limit.needed(reserved, unit) - reserved.of(unit));
    }

    /// Whether a request would need more than there is.
    boolean isExceededBy(Usage cost) {
        return lease.isExceededBy(Limit.needed(cost, unit));
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        return lease.serviceLimit(now);
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        ServiceLimit limit = lease.serviceLimit(now).orElseGet(this::nothingLeft);
        boolean fits = lease.onlyReservedStandsInTheWay(Limit.needed(cost, unit));
        return violation(subject, policy, limit, fits);
    }

    /// @param fits if what is reserved came back
    static Violation violation(
            Subject subject, PeriodQuota policy, ServiceLimit limit, boolean fits) {
        Cause cause =
                fits
                        ? Cause.RESERVED
                        : policy.renewal() instanceof Renewal.Never ? Cause.BALANCE : Cause.QUOTA;
        Optional<Duration> retryAfter =
                switch (cause) {
                    case RESERVED -> Optional.of(RESERVED_RETRY);
                    case QUOTA -> limit.resetAfter();
                    default -> Optional.empty();
                };
        return new Violation(subject, policy.name(), cause, Optional.of(limit), retryAfter);
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
