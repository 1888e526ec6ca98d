package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The limits that a rule puts on a key, and no others: nothing here waits, or asks a store.
final class RulePath {

    /// Leases alone go by it.
    private static final long NANO_TIME = 0;

    private final CompiledPath path;

    /// @param used of its quota in the period that the clock shows now
    /// @param forfeited of the same
    RulePath(
            RuleSettings rule,
            Subject key,
            Calendar account,
            InstantSource clock,
            long used,
            long forfeited) {
        List<Limit> limits =
                rule.policies(account).stream()
                        .map(policy -> limit(key, policy, clock, used, forfeited))
                        .toList();
        this.path = new CompiledPath(0, key, Long.MAX_VALUE, null, limits);
    }

    /// A rule states no others.
    private static Limit limit(
            Subject key, QuotaPolicy policy, InstantSource clock, long used, long forfeited) {
        return switch (policy) {
            case QuotaPolicy.Access window -> new Access(key, window, clock);
            case PeriodQuota quota -> new Recorded(key, quota, clock, used, forfeited);
            case QuotaPolicy.TokenBucket _, QuotaPolicy.Concurrency _ ->
                    throw new IllegalArgumentException("No policy of a rule: " + policy);
        };
    }

    /// Takes what a request costs from all limits, or from none.
    boolean take(Usage cost, @Nullable Object[] room) {
        return path.objections(cost, NANO_TIME) == null
                && path.take(cost, NANO_TIME, room) == CompiledPath.WHOLE;
    }

    @Nullable Object[] room() {
        return path.room();
    }

    /// Why a request would be refused; of several limits the one to wait longest for.
    Optional<Violation> objection(Usage cost, Instant now) {
        List<Limit> objections = path.objections(cost, NANO_TIME);
        return objections == null
                ? Optional.empty()
                : Optional.of(new Rejected(CompiledPath.violations(objections, cost, now)).worst());
    }
}
