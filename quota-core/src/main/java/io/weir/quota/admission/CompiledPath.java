package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// All that a request on a path has to pass, in one flat list, as of one version of the structure:
/// what is cheap to ask and likely to refuse comes first.
final class CompiledPath {

    /// Room for what is taken from the limits of any usual path, so that it costs the same for one
    /// policy as for eight.
    private static final int USUAL = 8;

    /// The answer of [#take] when all of it was taken.
    static final int WHOLE = -1;

    private final long version;
    private final Subject key;
    private final long expiresAt;
    private final @Nullable Barred barred;
    private final Limit[] limits;
    private @Nullable CompiledPath withoutSlots;
    private final Counting tokens;
    private final Counting credits;

    /// @param version of the structure it was made from
    /// @param key the subject that may expire
    /// @param expiresAt of the key, in milliseconds since 1970; the largest value for never
    /// @param barred the first on the path that may not call
    CompiledPath(
            long version,
            Subject key,
            long expiresAt,
            @Nullable Barred barred,
            List<Limit> limits) {
        this.version = version;
        this.key = key;
        this.expiresAt = expiresAt;
        this.barred = barred;
        this.limits = limits.toArray(Limit[]::new);
        this.tokens = counting(limits, QuotaUnit.TOKENS);
        this.credits = counting(limits, QuotaUnit.CREDITS);
    }

    /// The same for what is part of a request that holds its slots. Made once, or twice by those
    /// who ask at the same time.
    CompiledPath withoutSlots() {
        CompiledPath known = withoutSlots;
        if (known == null) {
            List<Limit> others =
                    Arrays.stream(limits).filter(limit -> !isConcurrency(limit)).toList();
            known = new CompiledPath(version, key, expiresAt, barred, others);
            withoutSlots = known;
        }
        return known;
    }

    private static boolean isConcurrency(Limit limit) {
        return limit instanceof Observed(Limit inner)
                ? isConcurrency(inner)
                : limit instanceof Concurrency;
    }

    private static Counting counting(List<Limit> limits, QuotaUnit unit) {
        Counting counting = Counting.NONE;
        for (Limit limit : limits) {
            if (limit.counts(unit)) {
                if (!(limit instanceof Observed)) {
                    return Counting.ENFORCED;
                }
                counting = Counting.OBSERVED;
            }
        }
        return counting;
    }

    /// Whether what a request takes of this unit matters to a quota or balance.
    Counting counting(QuotaUnit unit) {
        return switch (unit) {
            case REQUESTS -> Counting.ENFORCED;
            case TOKENS -> tokens;
            case CREDITS -> credits;
        };
    }

    long version() {
        return version;
    }

    /// How each limited policy stands.
    List<LimitState> states(Instant now) {
        List<LimitState> states = new ArrayList<>();
        for (Limit limit : limits) {
            limit.serviceLimit(now)
                    .ifPresent(left -> states.add(new LimitState(limit.subject(), left)));
        }
        return states;
    }

    Limit[] limits() {
        return limits;
    }

    /// The first on the path that may not call. The clock is looked at only if the key may expire.
    @Nullable Barred barred(InstantSource clock) {
        boolean expired = expiresAt != Long.MAX_VALUE && clock.millis() >= expiresAt;
        return expired ? new Barred(key, Bar.EXPIRED) : barred;
    }

    /// What speaks against a request: nothing, the limits that refuse it, or an empty list if none
    /// does but some have to be asked before they can tell.
    @Nullable List<Limit> objections(Usage cost, long nanoTime) {
        List<Limit> refusing = null;
        boolean asks = false;
        for (Limit limit : limits) {
            switch (limit.verdict(cost, nanoTime)) {
                case ADMITS -> {}
                case ASK -> asks = true;
                case REFUSES -> {
                    refusing = refusing == null ? new ArrayList<>() : refusing;
                    refusing.add(limit);
                }
            }
        }
        return refusing == null && asks ? List.of() : refusing;
    }

    /// The limits that have to be asked.
    List<Limit> dry(Usage cost, long nanoTime) {
        List<Limit> dry = new ArrayList<>();
        for (Limit limit : limits) {
            if (limit.verdict(cost, nanoTime) == Verdict.ASK) {
                dry.add(limit);
            }
        }
        return dry;
    }

    /// Those to ask first. The tokens of a shared rate are void soon, and other nodes do without
    /// them until then: they are asked for when all else is there.
    List<Limit> toAsk(Usage cost, long nanoTime) {
        List<Limit> dry = dry(cost, nanoTime);
        List<Limit> lasting = dry.stream().filter(Limit::needsItsStore).toList();
        return lasting.isEmpty() ? dry : lasting;
    }

    static List<Violation> violations(List<Limit> limits, Usage cost, Instant now) {
        return limits.stream().map(limit -> limit.violation(cost, now)).toList();
    }

    @Nullable Object[] room() {
        return new @Nullable Object[Math.max(USUAL, limits.length)];
    }

    /// Takes from every limit or from none.
    ///
    /// @param taken what was taken from each
    /// @return the index of the limit that lacked something, or [#WHOLE]
    int take(Usage cost, long nanoTime, @Nullable Object[] taken) {
        for (int i = 0; i < limits.length; i++) {
            taken[i] = limits[i].tryTake(cost, nanoTime);
            if (taken[i] == null) {
                giveBack(taken, i, cost);
                return i;
            }
        }
        return WHOLE;
    }

    /// Takes as usual where it is there, and elsewhere what a limit gives without its store.
    ///
    /// @param overdrawn takes the names of the policies under which the request is not metered
    int takeOpen(Usage cost, long nanoTime, @Nullable Object[] taken, List<PolicyName> overdrawn) {
        for (int i = 0; i < limits.length; i++) {
            taken[i] = limits[i].tryTake(cost, nanoTime);
            if (taken[i] == null) {
                taken[i] = limits[i].overdraw(cost, nanoTime, overdrawn);
            }
            if (taken[i] == null) {
                giveBack(taken, i, cost);
                return i;
            }
        }
        return WHOLE;
    }

    private void giveBack(@Nullable Object[] taken, int before, Usage cost) {
        for (int i = 0; i < before; i++) {
            limits[i].release(Objects.requireNonNull(taken[i]), cost);
        }
    }

    /// The policies in observe mode that would have refused the request that took this.
    List<PolicyName> observed(@Nullable Object[] taken, Usage cost) {
        List<PolicyName> observed = List.of();
        for (int i = 0; i < limits.length; i++) {
            if (limits[i] instanceof Observed limit
                    && limit.wouldHaveRefused(Objects.requireNonNull(taken[i]), cost)) {
                observed = observed.isEmpty() ? new ArrayList<>() : observed;
                observed.add(limit.name());
            }
        }
        return observed;
    }

    /// All that a request met which was refused by these; what only observes says what it would
    /// have done.
    List<AppliedLimit> refusing(
            Usage cost, List<Violation> violations, long nanoTime, Instant now) {
        List<AppliedLimit> applied = new ArrayList<>(limits.length);
        for (Limit limit : limits) {
            Optional<Violation> violation =
                    limit instanceof Observed only
                            ? Optional.of(only)
                                    .filter(one -> one.wouldRefuse(cost, nanoTime))
                                    .map(one -> one.violation(cost, now))
                            : violations.stream().filter(of(limit)).findFirst();
            applied.add(AppliedLimit.of(limit, violation, now));
        }
        return applied;
    }

    /// All that a request met which was admitted, although these would have refused it.
    List<AppliedLimit> observing(Usage cost, List<PolicyName> observed, Instant now) {
        List<AppliedLimit> applied = new ArrayList<>(limits.length);
        for (Limit limit : limits) {
            Optional<Violation> violation =
                    limit instanceof Observed && observed.contains(limit.name())
                            ? Optional.of(limit.violation(cost, now))
                            : Optional.empty();
            applied.add(AppliedLimit.of(limit, violation, now));
        }
        return applied;
    }

    private static Predicate<Violation> of(Limit limit) {
        return violation ->
                violation.policy().equals(limit.name())
                        && violation.subject().equals(limit.subject());
    }
}
