package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.Lease;
import io.weir.quota.lease.Leases;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.Concurrency;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// Decides whether a request may proceed: by all limits of its subject path, or by none.
///
/// Every limit is read before any is taken from, so that a refused request disturbs nobody. A limit
/// that another request emptied in between is noticed when it is taken from: what was taken so far
/// goes back, and the decision is made once more. While leases last no step waits for anything;
/// only a lease that has run dry is asked for, and waited for no longer than the store's budget.
public final class Admission {

    private static final Duration STORE_RETRY = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 3;

    private final TokenBuckets buckets;
    private final Leases leases;
    private final InstantSource clock;
    private final Duration storeBudget;
    private final Scheduler timer;

    /// @param storeBudget how long a request may wait for the store
    /// @param timer what tells that it waited longer
    public Admission(
            TokenBuckets buckets,
            Leases leases,
            InstantSource clock,
            Duration storeBudget,
            Scheduler timer) {
        this.buckets = buckets;
        this.leases = leases;
        this.clock = clock;
        this.storeBudget = storeBudget;
        this.timer = timer;
    }

    /// Puts settings in force, at once and for all requests to come. What was used under a policy
    /// of the same name stays used. A reseller has two nodes: one holds its own keys, one
    /// everything.
    ///
    /// @param own whether the node is the one that holds a reseller's own keys
    public void configure(SubjectNode node, SubjectSettings settings, boolean own) {
        Limit[] limits =
                settings.policies().stream()
                        .filter(policy -> policy.name().value().equals(SubjectSettings.OWN) == own)
                        .map(policy -> limit(node, policy))
                        .toArray(Limit[]::new);
        boolean key = settings.subject().kind() == SubjectKind.KEY;
        switch (settings.status()) {
            case ACTIVE ->
                    node.admits(
                            settings.expires().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE),
                            limits);
            case SUSPENDED -> node.barred(Bar.SUSPENDED, limits);
            case DISABLED -> node.barred(key ? Bar.REVOKED : Bar.DISABLED, limits);
        }
    }

    /// A subject that was deleted calls no more.
    public void remove(SubjectNode node) {
        node.barred(Bar.UNKNOWN, new Limit[0]);
    }

    public Mono<AdmissionDecision> admit(SubjectPath path, long units) {
        Attempt attempt = attempt(path, units);
        return attempt.decision()
                .map(Mono::just)
                .orElseGet(() -> admitOnceAsked(path, units, attempt.dry(), leases.nanoTime()));
    }

    /// The first on the path who may not call at all.
    public Optional<Barred> barred(SubjectPath path) {
        long now = clock.millis();
        for (SubjectNode node : path.nodes()) {
            Optional<Bar> bar = node.bar(now);
            if (bar.isPresent()) {
                return Optional.of(new Barred(node.subject(), bar.get()));
            }
        }
        return Optional.empty();
    }

    /// How every limited policy on the path stands now.
    public List<LimitState> limits(SubjectPath path) {
        Instant now = clock.instant();
        List<LimitState> limits = new ArrayList<>();
        for (SubjectNode node : path.nodes()) {
            for (Limit limit : node.limits()) {
                limit.serviceLimit(now)
                        .ifPresent(left -> limits.add(new LimitState(node.subject(), left)));
            }
        }
        return limits;
    }

    /// The same, with what other nodes have used and reported; consumes nothing.
    public Mono<List<LimitState>> freshLimits(SubjectPath path) {
        return Flux.fromIterable(path.nodes())
                .flatMap(node -> Flux.fromArray(node.limits()))
                .ofType(Limit.Allowance.class)
                .flatMap(allowance -> allowance.lease().refresh())
                .timeout(storeBudget, timer)
                .then(Mono.fromSupplier(() -> limits(path)));
    }

    /// A decision, or the leases that must be asked first.
    private record Attempt(Optional<AdmissionDecision> decision, List<Lease> dry) {

        static Attempt decided(AdmissionDecision decision) {
            return new Attempt(Optional.of(decision), List.of());
        }
    }

    private Attempt attempt(SubjectPath path, long units) {
        Optional<Barred> barred = barred(path);
        if (barred.isPresent()) {
            return Attempt.decided(barred.get());
        }
        for (int i = 1; ; i++) {
            Optional<Attempt> refused = read(path, units);
            if (refused.isPresent()) {
                return refused.get();
            }
            switch (take(path, units)) {
                case Taken.Whole(Reservation reservation) -> {
                    return Attempt.decided(new Admitted(reservation));
                }
                case Taken.Lacking(SubjectNode node, Limit limit) -> {
                    if (i == ATTEMPTS) {
                        return outrun(node, limit, units);
                    }
                }
            }
        }
    }

    /// Others were quicker each time, although there was enough when it was read.
    private Attempt outrun(SubjectNode node, Limit limit, long units) {
        if (limit instanceof Limit.Allowance allowance && limit.verdict(units) == Verdict.ASK) {
            return new Attempt(Optional.empty(), List.of(allowance.lease()));
        }
        var violation = limit.violation(node.subject(), units, clock.instant());
        return Attempt.decided(new Rejected(List.of(violation)));
    }

    /// Reads every limit; answers what speaks against admission.
    private Optional<Attempt> read(SubjectPath path, long units) {
        List<Violation> violations = null;
        List<Lease> dry = null;
        for (SubjectNode node : path.nodes()) {
            for (Limit limit : node.limits()) {
                switch (limit.verdict(units)) {
                    case ADMITS -> {}
                    case REFUSES -> {
                        violations = violations == null ? new ArrayList<>() : violations;
                        violations.add(limit.violation(node.subject(), units, clock.instant()));
                    }
                    case ASK -> {
                        dry = dry == null ? new ArrayList<>() : dry;
                        dry.add(((Limit.Allowance) limit).lease());
                    }
                }
            }
        }
        if (violations != null) {
            return Optional.of(Attempt.decided(new Rejected(violations)));
        }
        return dry == null
                ? Optional.empty()
                : Optional.of(new Attempt(Optional.empty(), List.copyOf(dry)));
    }

    /// What came of taking from every limit.
    private sealed interface Taken {

        record Whole(Reservation reservation) implements Taken {}

        record Lacking(SubjectNode node, Limit limit) implements Taken {}
    }

    /// Takes from every limit, or from none.
    private static Taken take(SubjectPath path, long units) {
        List<Hold> holds = new ArrayList<>(8);
        for (SubjectNode node : path.nodes()) {
            for (Limit limit : node.limits()) {
                Hold hold = limit.tryTake(units);
                if (hold == null) {
                    holds.forEach(Hold::release);
                    return new Taken.Lacking(node, limit);
                }
                holds.add(hold);
            }
        }
        return new Taken.Whole(new Reservation(holds.toArray(Hold[]::new)));
    }

    private Mono<AdmissionDecision> admitOnceAsked(
            SubjectPath path, long units, List<Lease> dry, long since) {
        return answered(units, dry, since)
                .flatMap(
                        inTime -> {
                            if (!inTime) {
                                return Mono.just(late(path, units, since));
                            }
                            Attempt attempt = attempt(path, units);
                            return attempt.decision()
                                    .map(Mono::just)
                                    .orElseGet(
                                            () ->
                                                    admitOnceAsked(
                                                            path, units, attempt.dry(), since));
                        });
    }

    /// Whether the store answered within what is left of the budget. Only the waiting is timed,
    /// never the decision: one that came too late would be dropped with its reservation.
    private Mono<Boolean> answered(long units, List<Lease> dry, long since) {
        Duration left = storeBudget.minusNanos(leases.nanoTime() - since);
        if (left.isNegative() || left.isZero()) {
            return Mono.just(false);
        }
        return Flux.fromIterable(dry)
                .flatMap(lease -> lease.ask(units))
                .then(Mono.just(true))
                .timeout(left, timer)
                .onErrorResume(this::isStoreTrouble, _ -> Mono.just(false));
    }

    private boolean isStoreTrouble(Throwable failure) {
        return failure instanceof TimeoutException
                || failure instanceof io.weir.quota.lease.StoreAway;
    }

    /// The budget is spent. If the store has answered meanwhile, its answer stands: others hold
    /// what is left. If it has not, it is away, and that is not the caller's fault.
    private AdmissionDecision late(SubjectPath path, long units, long since) {
        Attempt attempt = attempt(path, units);
        if (attempt.decision().isPresent()) {
            return attempt.decision().get();
        }
        List<Lease> unanswered =
                attempt.dry().stream().filter(lease -> !lease.isAnsweredSince(since)).toList();
        if (unanswered.isEmpty()) {
            return new Rejected(violations(path, units, attempt.dry()));
        }
        return new StoreAway(
                unanswered.stream().map(lease -> lease.policy().name()).toList(), STORE_RETRY);
    }

    private List<Violation> violations(SubjectPath path, long units, List<Lease> dry) {
        List<Violation> violations = new ArrayList<>();
        for (SubjectNode node : path.nodes()) {
            for (Limit limit : node.limits()) {
                if (limit instanceof Limit.Allowance(Lease lease, _) && dry.contains(lease)) {
                    violations.add(limit.violation(node.subject(), units, clock.instant()));
                }
            }
        }
        return violations;
    }

    private Limit limit(SubjectNode node, QuotaPolicy policy) {
        return switch (policy) {
            case TokenBucket rate -> new Limit.Rate(buckets.rate(node.subject(), rate));
            case Concurrency slots -> new Limit.Slots(slots, node.underWay());
            case PeriodQuota quota ->
                    new Limit.Allowance(
                            leases.lease(counter(node, quota.name()), quota), leases::nanoTime);
        };
    }

    private static CounterKey counter(SubjectNode node, PolicyName name) {
        return new CounterKey(node.subject().id(), name);
    }
}
