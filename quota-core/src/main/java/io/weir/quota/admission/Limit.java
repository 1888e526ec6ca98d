package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.lease.StoreAway;
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

/// One policy of one subject, as a request meets it: asked first, then taken from, and told once
/// how the request ended.
///
/// What is taken is remembered by the request as one reference, so that taking allocates nothing.
sealed interface Limit
        permits Access, RateLimit, Concurrency, Allowance, Observed, Recorded, LookedAt {

    Subject subject();

    PolicyName name();

    /// @param nanoTime of the monotonic clock
    Verdict verdict(Usage cost, long nanoTime);

    /// Sets aside what a request costs, or answers nothing if it is not there. What it answers is
    /// to be handed back to [#settle].
    @Nullable Object tryTake(Usage cost, long nanoTime);

    /// Sets it aside although the store did not give it in time, if this kind of limit, or its
    /// policy, lets requests through then; nothing if it does not.
    ///
    /// @param overdrawn takes the name of a policy under which the request is not metered
    default @Nullable Object overdraw(Usage cost, long nanoTime, List<PolicyName> overdrawn) {
        return null;
    }

    /// The request used `used` of what it had reserved, or more.
    void settle(Object taken, Usage reserved, Usage used);

    /// The request was never made: all of it goes back.
    void release(Object taken, Usage reserved);

    /// Completes when it makes sense to try again; an error if the store does not answer.
    Mono<Void> ask(Usage cost);

    /// The same, and whether the store answered: the failures of two limits at the same time would
    /// together be an error of another kind.
    default Mono<Boolean> isTold(Usage cost) {
        return ask(cost).thenReturn(true).onErrorReturn(StoreAway.class, false);
    }

    /// Completes once it is known what all nodes have used; consumes nothing.
    default Mono<Void> refresh() {
        return Mono.empty();
    }

    /// Nobody is held to it any more.
    default void abandon() {}

    /// Whether the store has said, since an instant of the monotonic clock, that there is nothing
    /// left here. Others may give some back at any time.
    default boolean isRefusedSince(long nanoTime) {
        return false;
    }

    /// Whether nothing is taken without the store, unless the policy fails open. Else this node's
    /// share decides when the store is late.
    default boolean needsItsStore() {
        return false;
    }

    /// Whether it counts this unit.
    default boolean counts(QuotaUnit unit) {
        return false;
    }

    /// What is left, or nothing if there is no number to it.
    Optional<ServiceLimit> serviceLimit(Instant now);

    Violation violation(Usage cost, Instant now);

    /// What has to be there for a request: at least one of what it does not know yet how much it
    /// will use. What a stream under way asks for on top costs no request, and just what it says.
    static long needed(Usage cost, QuotaUnit unit) {
        long units = cost.of(unit);
        return units == 0 && cost.requests() > 0 ? 1 : units;
    }
}
