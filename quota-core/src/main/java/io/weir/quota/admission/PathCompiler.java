package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.SubjectNode.State;
import io.weir.quota.bucket.Rates;
import io.weir.quota.concurrency.SlotPools;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.Lease;
import io.weir.quota.lease.Leases;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// From settings to limits, and from the nodes of a path to the list that its requests pass.
///
/// A change is written to its node, and then the version of the structure goes up: that is all,
/// however many paths run through the node. Each path is made anew by the first request that finds
/// it older than the structure.
final class PathCompiler {

    private final Rates rates;
    private final SlotPools slots;
    private final Leases leases;
    private final InstantSource clock;
    private final AtomicLong structure = new AtomicLong();

    PathCompiler(Rates rates, SlotPools slots, Leases leases, InstantSource clock) {
        this.rates = rates;
        this.slots = slots;
        this.leases = leases;
        this.clock = clock;
    }

    /// @param own whether the node is the one that holds a reseller's own keys
    void configure(
            SubjectNode node, SubjectSettings settings, boolean own, Optional<RuleNode> rule) {
        synchronized (node) {
            putInForce(node, settings.of(own), rule);
        }
        structure.incrementAndGet();
    }

    void configure(RuleNode rule, RuleSettings settings) {
        rule.configure(settings);
        structure.incrementAndGet();
    }

    void remove(SubjectNode node) {
        node.state(State.UNKNOWN);
        structure.incrementAndGet();
    }

    void remove(RuleNode rule) {
        rule.remove();
        structure.incrementAndGet();
    }

    CompiledPath compiled(SubjectPath path) {
        CompiledPath known = path.compiled();
        return known != null && known.version() == structure.get() ? known : compile(path);
    }

    /// One at a time for each key, and the version is read first: a change that comes in between
    /// makes the result old, never wrong.
    private CompiledPath compile(SubjectPath path) {
        synchronized (path.key()) {
            long version = structure.get();
            List<Limit> limits = new ArrayList<>();
            for (SubjectNode node : path.nodes()) {
                limits.addAll(limits(node));
            }
            limits.addAll(ruleLimits(path));
            limits.sort(Comparator.comparingInt(PathCompiler::rank));
            var compiled = compiled(path, version, limits);
            path.compiled(compiled);
            return compiled;
        }
    }

    private static CompiledPath compiled(SubjectPath path, long version, List<Limit> limits) {
        State key = path.key().state();
        return new CompiledPath(
                version,
                path.key().subject(),
                key.bar().isPresent() ? Long.MAX_VALUE : key.expiresAt(),
                barred(path),
                limits);
    }

    private static @Nullable Barred barred(SubjectPath path) {
        for (SubjectNode node : path.nodes()) {
            Optional<Bar> bar = node.state().bar();
            if (bar.isPresent()) {
                return new Barred(node.subject(), bar.get());
            }
        }
        return null;
    }

    /// A node's own limits. They are made anew when the account it belongs to changed its calendar.
    private List<Limit> limits(SubjectNode node) {
        State state = node.state();
        if (state.settings().isEmpty() || state.calendar().equals(node.calendar())) {
            return state.limits();
        }
        synchronized (node) {
            State latest = node.state();
            latest.settings().ifPresent(settings -> putInForce(node, settings, latest.rule()));
            return node.state().limits();
        }
    }

    private void putInForce(SubjectNode node, SubjectSettings settings, Optional<RuleNode> rule) {
        Calendar calendar = node.calendar(settings);
        List<Limit> limits =
                settings.policies().stream()
                        .map(policy -> on(policy, calendar))
                        .map(policy -> limit(node.subject(), policy, settings.version()))
                        .toList();
        node.state(new State(Optional.of(settings), bar(settings), calendar, limits, rule));
    }

    private static QuotaPolicy on(QuotaPolicy policy, Calendar calendar) {
        return policy instanceof PeriodQuota quota ? quota.on(calendar) : policy;
    }

    /// Of the key's own rule, or else of the first default above it that is enabled.
    private List<Limit> ruleLimits(SubjectPath path) {
        for (SubjectNode node : path.nodes()) {
            Optional<RuleSettings> rule = node.state().rule().flatMap(RuleNode::inForce);
            if (rule.isPresent()) {
                long version = rule.get().version();
                return rule.get().policies(path.key().calendar()).stream()
                        .map(policy -> limit(path.key().subject(), policy, version))
                        .toList();
            }
        }
        return List.of();
    }

    private Limit limit(Subject subject, QuotaPolicy policy, long version) {
        return switch (policy) {
            case QuotaPolicy.Access access ->
                    observed(access.enforcement(), new Access(subject, access, clock));
            case QuotaPolicy.Concurrency limit ->
                    new Concurrency(subject, limit, slots.slots(subject, limit.name()));
            case TokenBucket rate -> new RateLimit(subject, rates.rate(subject, rate, version));
            case PeriodQuota quota -> allowance(subject, quota);
        };
    }

    private Limit allowance(Subject subject, PeriodQuota quota) {
        Lease lease = leases.lease(new CounterKey(subject.id(), quota.name()), quota);
        return observed(quota.enforcement(), new Allowance(subject, quota, lease));
    }

    private static Limit observed(Enforcement enforcement, Limit limit) {
        return enforcement == Enforcement.OBSERVE ? new Observed(limit) : limit;
    }

    private static Optional<Bar> bar(SubjectSettings settings) {
        return switch (settings.status()) {
            case ACTIVE -> Optional.empty();
            case SUSPENDED -> Optional.of(Bar.SUSPENDED);
            case DISABLED ->
                    Optional.of(
                            settings.subject().kind() == SubjectKind.KEY
                                    ? Bar.REVOKED
                                    : Bar.DISABLED);
        };
    }

    private static int rank(Limit limit) {
        return switch (limit) {
            case Access _ -> 0;
            case Concurrency _ -> 1;
            case RateLimit _ -> 2;
            case Allowance _ -> 3;
            case Observed(Limit observed) -> rank(observed);
        };
    }
}
