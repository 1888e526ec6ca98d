package io.weir.quota.admission;

import com.github.benmanes.caffeine.cache.Interner;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.Examination.Ruling;
import io.weir.quota.admission.SubjectNode.State;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
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

    private final Limits limits;
    private final AtomicLong structure = new AtomicLong();

    /// Equal ones are one object, as long as a node has it.
    private final Interner<Terms> terms = Interner.newWeakInterner();

    PathCompiler(Limits limits) {
        this.limits = limits;
    }

    /// @param own whether the node is the one that holds a reseller's own keys
    void configure(
            SubjectNode node, SubjectSettings settings, boolean own, Optional<RuleNode> rule) {
        synchronized (node) {
            Terms shared = terms.intern(Terms.of(settings.of(own)));
            putInForce(node, shared, settings.version(), rule);
        }
        structure.incrementAndGet();
    }

    void configure(RuleNode rule, RuleSettings settings) {
        rule.configure(settings);
        structure.incrementAndGet();
    }

    void remove(SubjectNode node) {
        List<Limit> before;
        synchronized (node) {
            before = node.state().limits();
            node.state(State.UNKNOWN);
        }
        structure.incrementAndGet();
        before.forEach(Limit::abandon);
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
            List<Limit> all = new ArrayList<>();
            for (SubjectNode node : path.nodes()) {
                all.addAll(limits(node));
            }
            all.addAll(ruleLimits(path));
            all.sort(Comparator.comparingInt(PathCompiler::rank));
            var compiled = compiled(path, version, all);
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
        if (state.terms() == null || state.calendar().equals(node.calendar())) {
            return state.limits();
        }
        synchronized (node) {
            State latest = node.state();
            if (latest.terms() != null) {
                putInForce(node, latest.terms(), latest.version(), latest.rule());
            }
            return node.state().limits();
        }
    }

    private void putInForce(SubjectNode node, Terms terms, long version, Optional<RuleNode> rule) {
        Calendar calendar = node.calendar(terms);
        List<Limit> stated = new ArrayList<>(terms.policies().size());
        for (QuotaPolicy policy : terms.policies()) {
            stated.add(limits.limit(node.subject(), on(policy, calendar), version));
        }
        Optional<Bar> bar = bar(node.subject(), terms.status());
        node.state(new State(terms, version, bar, calendar, List.copyOf(stated), rule));
    }

    private static QuotaPolicy on(QuotaPolicy policy, Calendar calendar) {
        return policy instanceof PeriodQuota quota ? quota.on(calendar) : policy;
    }

    /// Of the key's own rule, or else of the first default above it that is enabled.
    private List<Limit> ruleLimits(SubjectPath path) {
        Optional<RuleSettings> rule = ruler(path).flatMap(PathCompiler::rule);
        if (rule.isEmpty()) {
            return List.of();
        }
        long version = rule.get().version();
        return rule.get().policies(path.key().calendar()).stream()
                .map(policy -> limits.limit(path.key().subject(), policy, version))
                .toList();
    }

    /// The rule that applies on a path, and whose it is.
    Optional<Ruling> ruling(SubjectPath path) {
        return ruler(path)
                .flatMap(node -> rule(node).map(rule -> new Ruling(rule.id(), node.subject())));
    }

    private static Optional<SubjectNode> ruler(SubjectPath path) {
        return path.nodes().stream().filter(node -> rule(node).isPresent()).findFirst();
    }

    private static Optional<RuleSettings> rule(SubjectNode node) {
        return node.state().rule().flatMap(RuleNode::inForce);
    }

    private static Optional<Bar> bar(Subject subject, Status status) {
        return switch (status) {
            case ACTIVE -> Optional.empty();
            case SUSPENDED -> Optional.of(Bar.SUSPENDED);
            case DISABLED ->
                    Optional.of(subject.kind() == SubjectKind.KEY ? Bar.REVOKED : Bar.DISABLED);
        };
    }

    private static int rank(Limit limit) {
        return switch (limit) {
            case Access _ -> 0;
            case Concurrency _ -> 1;
            case RateLimit _ -> 2;
            case Allowance _, Recorded _, Tallied _ -> 3;
            case Unseen unseen -> unseen.kind() == AppliedLimit.Kind.CONCURRENCY ? 1 : 2;
            case Observed(Limit observed) -> rank(observed);
        };
    }
}
