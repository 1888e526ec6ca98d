package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Unmetered;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.Reservation.Part;
import io.weir.quota.bucket.Rates;
import io.weir.quota.concurrency.SlotPools;
import io.weir.quota.lease.Leases;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// Decides whether a request may proceed: by all limits of its subject path, or by none.
///
/// Every limit is read before any is taken from, so that a refused request disturbs nobody. A limit
/// that another request emptied in between is noticed when it is taken from: what was taken so far
/// goes back, and the decision is made once more. While leases last no step waits for anything;
/// only a limit that has run dry here is asked for, and waited for no longer than the store's
/// budget.
public final class Admission {

    private static final Duration STORE_RETRY = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 3;

    private final PathCompiler compiler;
    private final OpenReservations open = new OpenReservations();
    private final Leases leases;
    private final InstantSource clock;
    private final Duration storeBudget;
    private final long reservationLife;
    private final Scheduler timer;

    /// @param storeBudget how long a request may wait for the store
    /// @param reservationLife after which a reservation that nobody ended or touched expires
    /// @param timer what tells that a request waited longer
    public Admission(
            Rates rates,
            SlotPools slots,
            Leases leases,
            InstantSource clock,
            Duration storeBudget,
            Duration reservationLife,
            Scheduler timer) {
        this.compiler = new PathCompiler(new LiveLimits(rates, slots, leases, clock));
        this.leases = leases;
        this.clock = clock;
        this.storeBudget = storeBudget;
        this.reservationLife = reservationLife.toNanos();
        this.timer = timer;
    }

    /// Puts settings in force, at once and for all requests to come. What was used under a policy
    /// of the same name stays used. A reseller has two nodes: one holds its own keys, one
    /// everything.
    ///
    /// @param own whether the node is the one that holds a reseller's own keys
    /// @param rule the one that the settings name
    public void configure(
            SubjectNode node, SubjectSettings settings, boolean own, Optional<RuleNode> rule) {
        compiler.configure(node, settings, own, rule);
    }

    public void configure(RuleNode rule, RuleSettings settings) {
        compiler.configure(rule, settings);
    }

    /// A subject that was deleted calls no more.
    public void remove(SubjectNode node) {
        compiler.remove(node);
    }

    /// A rule that was deleted restricts nothing.
    public void remove(RuleNode rule) {
        compiler.remove(rule);
    }

    /// Decides at once, without waiting for anything.
    ///
    /// @return nothing if a limit has run dry here and its store has to be asked: [#admit] does
    public @Nullable AdmissionDecision tryAdmit(SubjectPath path, Usage cost) {
        return tryDecide(Question.request(path, cost), leases.nanoTime());
    }

    public Mono<AdmissionDecision> admit(SubjectPath path, Usage cost) {
        return decide(Question.request(path, cost));
    }

    /// The same for a part of what was admitted before, which needs no slot of its own.
    public Mono<AdmissionDecision> admitMessage(SubjectPath path, Usage cost) {
        return decide(new Question(path, cost, null, true));
    }

    /// Sets more aside for a request under way, by all limits or by none. Who is barred meanwhile
    /// may finish what it began.
    ///
    /// @param more no requests, and what the stream is going to use on top
    /// @return admitted with the same reservation; rejected without a violation if that has ended
    public Mono<AdmissionDecision> grow(SubjectPath path, Reservation reservation, Usage more) {
        if (more.requests() != 0) {
            throw new IllegalArgumentException("A request grows by no further request");
        }
        return decide(new Question(path, more, reservation, false));
    }

    /// Whether a quota or balance counts this unit: of credits, whether a request needs a price.
    public Counting counting(SubjectPath path, QuotaUnit unit) {
        return compiler.compiled(path).counting(unit);
    }

    /// The first on the path who may not call at all.
    public Optional<Barred> barred(SubjectPath path) {
        return Optional.ofNullable(compiler.compiled(path).barred(clock));
    }

    /// How every limited policy on the path stands now.
    public List<LimitState> limits(SubjectPath path) {
        return compiler.compiled(path).states(clock.instant());
    }

    /// All limits that a request met which was refused, by these or for another reason.
    public List<AppliedLimit> refusing(SubjectPath path, Usage cost, List<Violation> violations) {
        return compiler.compiled(path)
                .refusing(cost, violations, leases.nanoTime(), clock.instant());
    }

    /// All limits that a request met which was admitted, although these would have refused it.
    public List<AppliedLimit> observing(SubjectPath path, Usage cost, List<PolicyName> observed) {
        return compiler.compiled(path).observing(cost, observed, clock.instant());
    }

    /// [#limits], with what other nodes have used and reported; consumes nothing.
    public Mono<List<LimitState>> freshLimits(SubjectPath path) {
        return Flux.fromArray(compiler.compiled(path).limits())
                .flatMap(Limit::refresh)
                .timeout(storeBudget, timer)
                .then(Mono.fromSupplier(() -> limits(path)));
    }

    /// Ends the reservations that nobody did, and tells how many. To be called every so often.
    public int expire() {
        return open.expire(leases.nanoTime() - reservationLife);
    }

    /// The same for all there are, before this node stops: nobody will end them any more.
    public int expireAll() {
        return open.expire(leases.nanoTime());
    }

    /// Reservations that have not ended.
    public long openReservations() {
        return open.size();
    }

    private Mono<AdmissionDecision> decide(Question question) {
        long now = leases.nanoTime();
        AdmissionDecision decision = tryDecide(question, now);
        return decision != null ? Mono.just(decision) : decideOnceAsked(question, now);
    }

    /// Without waiting; nothing if limits have to be asked first.
    private @Nullable AdmissionDecision tryDecide(Question question, long now) {
        CompiledPath path = question.compiled(compiler);
        Barred barred = question.growing() == null ? path.barred(clock) : null;
        if (barred != null) {
            return barred;
        }
        @Nullable Object[] taken = path.room();
        for (int i = 1; ; i++) {
            List<Limit> objections = path.objections(question.cost(), now);
            if (objections != null) {
                return objections.isEmpty() ? null : rejected(objections, question.cost());
            }
            int lacking = path.take(question.cost(), now, taken);
            if (lacking == CompiledPath.WHOLE) {
                return admitted(path, question, now, taken, List.of());
            }
            if (i == ATTEMPTS) {
                return outrun(path.limits()[lacking], question.cost(), now);
            }
        }
    }

    /// @param overdrawn under which the request is not metered
    private AdmissionDecision admitted(
            CompiledPath path,
            Question question,
            long now,
            @Nullable Object[] taken,
            List<PolicyName> overdrawn) {
        Reservation reservation = reserved(path, question, now, taken);
        if (reservation == null) {
            return new Rejected(List.of());
        }
        return overdrawn.isEmpty()
                ? new Admitted(reservation, path.observed(taken, question.cost()))
                : new Unmetered(reservation, overdrawn);
    }

    /// The reservation that holds what was taken; nothing if the one that was to grow has ended.
    private @Nullable Reservation reserved(
            CompiledPath path, Question question, long now, @Nullable Object[] taken) {
        Reservation growing = question.growing();
        if (growing == null) {
            var part = new Part(path, taken, question.cost(), null);
            var reservation = new Reservation(part, open, OpenReservations.stripe(), now);
            open.add(reservation);
            return reservation;
        }
        if (growing.grow(path, taken, question.cost())) {
            growing.touch(now);
            return growing;
        }
        new Part(path, taken, question.cost(), null).release();
        return null;
    }

    private Rejected rejected(List<Limit> limits, Usage cost) {
        return new Rejected(CompiledPath.violations(limits, cost, clock.instant()));
    }

    /// Others were quicker each time, although there was enough when it was read.
    private @Nullable AdmissionDecision outrun(Limit limit, Usage cost, long now) {
        return limit.verdict(cost, now) == Verdict.ASK ? null : rejected(List.of(limit), cost);
    }

    private Mono<AdmissionDecision> decideOnceAsked(Question question, long since) {
        return answered(question, since)
                .flatMap(
                        inTime -> {
                            if (!inTime) {
                                return Mono.just(late(question, since));
                            }
                            AdmissionDecision decision = tryDecide(question, leases.nanoTime());
                            return decision != null
                                    ? Mono.just(decision)
                                    : decideOnceAsked(question, since);
                        });
    }

    /// Whether the store answered within what is left of the budget. Only the waiting is timed,
    /// never the decision: one that came too late would be dropped with its reservation.
    private Mono<Boolean> answered(Question question, long since) {
        long now = leases.nanoTime();
        Duration left = storeBudget.minusNanos(now - since);
        if (!left.isPositive()) {
            return Mono.just(false);
        }
        return Flux.fromIterable(question.compiled(compiler).toAsk(question.cost(), now))
                .flatMap(limit -> limit.isTold(question.cost()))
                .all(told -> told)
                .timeout(left, timer)
                .onErrorReturn(TimeoutException.class, false);
    }

    /// The budget is spent. Where a store has said that others hold what is left, its answer
    /// stands. One that has not, or whose answer came to nothing, is no fault of the caller: this
    /// node's share decides for a rate, the policy for a quota.
    private AdmissionDecision late(Question question, long since) {
        long now = leases.nanoTime();
        AdmissionDecision decision = tryDecide(question, now);
        if (decision != null) {
            return decision;
        }
        CompiledPath path = question.compiled(compiler);
        List<Limit> dry = path.dry(question.cost(), now);
        List<Limit> refusing = dry.stream().filter(limit -> limit.isRefusedSince(since)).toList();
        return refusing.isEmpty()
                ? unasked(path, question, dry, now)
                : rejected(refusing, question.cost());
    }

    private AdmissionDecision unasked(
            CompiledPath path, Question question, List<Limit> dry, long now) {
        @Nullable Object[] taken = path.room();
        List<PolicyName> overdrawn = new ArrayList<>();
        int lacking = path.takeOpen(question.cost(), now, taken, overdrawn);
        if (lacking == CompiledPath.WHOLE) {
            return admitted(path, question, now, taken, overdrawn);
        }
        List<Limit> silent = dry.stream().filter(Limit::needsItsStore).toList();
        return silent.isEmpty()
                ? rejected(List.of(path.limits()[lacking]), question.cost())
                : new StoreAway(silent.stream().map(Limit::name).toList(), STORE_RETRY);
    }
}
