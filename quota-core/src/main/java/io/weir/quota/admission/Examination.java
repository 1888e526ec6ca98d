package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a request of a key would meet at an instant, for whoever only looks: the settings and
/// counters of the store, put together as gateways put them together. Nothing is taken.
///
/// What only gateways know, how full buckets are and how many slots are taken, refuses nothing
/// here.
public final class Examination {

    /// What is counted of one quota in one period.
    public record Counter(UUID subject, PolicyName policy, Instant starts) {}

    /// @param leased held by nodes, to be spent
    /// @param forfeited held by lost nodes
    public record Tally(long used, long leased, long forfeited) {

        static final Tally NOTHING = new Tally(0, 0, 0);
    }

    /// The rule that applies to a key.
    ///
    /// @param boundTo whose it is: the key's own, or the default of its client or reseller
    public record Ruling(UUID rule, Subject boundTo) {}

    /// @param barred the first on the path who may not call at all
    /// @param decides the limit that refuses, if nobody is barred
    /// @param limits all that apply, whether they refuse or not
    public record Finding(
            Optional<Barred> barred,
            Optional<Violation> decides,
            List<AppliedLimit> limits,
            Optional<Ruling> rule) {}

    private final Map<SubjectKind, SubjectSettings> settings;
    private final Map<UUID, RuleSettings> rules;
    private final Instant at;

    /// @param settings of the key and of its group, client and reseller, if it has them
    /// @param rules at least those that the settings name
    public Examination(List<SubjectSettings> settings, List<RuleSettings> rules, Instant at) {
        this.settings =
                settings.stream()
                        .collect(Collectors.toMap(one -> one.subject().kind(), one -> one));
        this.rules =
                rules.stream().collect(Collectors.toMap(RuleSettings::id, Function.identity()));
        this.at = at;
    }

    /// Those that have to be looked up.
    public List<Counter> counters() {
        return List.of(new Compiled(Map.of()).path.limits()).stream()
                .map(limit -> limit instanceof Observed(Limit observed) ? observed : limit)
                .filter(Tallied.class::isInstance)
                .map(Tallied.class::cast)
                .map(Examination::counter)
                .toList();
    }

    /// @param tallies of the counters that exist
    public Finding of(Map<Counter, Tally> tallies) {
        var compiled = new Compiled(tallies);
        CompiledPath path = compiled.path;
        List<Limit> objections = path.objections(Usage.ONE_REQUEST, 0);
        List<Violation> violations =
                objections == null
                        ? List.of()
                        : CompiledPath.violations(objections, Usage.ONE_REQUEST, at);
        return new Finding(
                Optional.ofNullable(path.barred(InstantSource.fixed(at))),
                violations.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Rejected(violations).worst()),
                path.refusing(Usage.ONE_REQUEST, violations, 0, at),
                compiled.ruling());
    }

    private static Counter counter(Tallied quota) {
        return new Counter(quota.subject().id(), quota.name(), quota.period().starts());
    }

    /// The path of the key, on which every quota has its tally.
    private final class Compiled implements Limits {

        private final Map<Counter, Tally> tallies;
        private final PathCompiler compiler = new PathCompiler(this);
        private final SubjectPath subjects;
        private final CompiledPath path;

        Compiled(Map<Counter, Tally> tallies) {
            this.tallies = tallies;
            this.subjects = subjects();
            this.path = compiler.compiled(subjects);
        }

        private SubjectPath subjects() {
            SubjectNode reseller = Objects.requireNonNull(node(SubjectKind.RESELLER, null, false));
            SubjectNode client = node(SubjectKind.CLIENT, reseller, false);
            SubjectNode own = Objects.requireNonNull(node(SubjectKind.RESELLER, null, true));
            SubjectNode account = client == null ? reseller : client;
            SubjectNode key = Objects.requireNonNull(node(SubjectKind.KEY, account, false));
            Optional<SubjectNode> group =
                    Optional.ofNullable(node(SubjectKind.GROUP, reseller, false));
            return new SubjectPath(
                    key, SubjectPath.above(group, client == null ? own : client, reseller));
        }

        private @Nullable SubjectNode node(
                SubjectKind kind, @Nullable SubjectNode account, boolean own) {
            SubjectSettings stated = settings.get(kind);
            if (stated == null) {
                return null;
            }
            var node = new SubjectNode(stated.subject(), account);
            compiler.configure(node, stated, own, stated.rule().map(this::rule));
            return node;
        }

        private RuleNode rule(UUID id) {
            var node = new RuleNode(id);
            RuleSettings stated = rules.get(id);
            if (stated != null) {
                compiler.configure(node, stated);
            }
            return node;
        }

        Optional<Ruling> ruling() {
            return compiler.ruling(subjects);
        }

        @Override
        public Limit limit(Subject subject, QuotaPolicy policy, long version) {
            return switch (policy) {
                case QuotaPolicy.Access window ->
                        Observed.where(
                                window.enforcement(),
                                new Access(subject, window, InstantSource.fixed(at)));
                case PeriodQuota quota ->
                        Observed.where(quota.enforcement(), tallied(subject, quota));
                case TokenBucket rate -> unseen(subject, rate);
                case QuotaPolicy.Concurrency slots -> unseen(subject, slots);
            };
        }

        private Tallied tallied(Subject subject, PeriodQuota quota) {
            var empty = new Tallied(subject, quota, Tally.NOTHING, at);
            return new Tallied(
                    subject, quota, tallies.getOrDefault(counter(empty), Tally.NOTHING), at);
        }
    }

    private static Unseen unseen(Subject subject, TokenBucket rate) {
        return new Unseen(
                subject,
                AppliedLimit.Kind.RATE,
                whole(
                        rate.name(),
                        ServiceLimit.Kind.RATE,
                        rate.unit(),
                        rate.capacity(),
                        Optional.of(rate.refillPeriod())));
    }

    private static Unseen unseen(Subject subject, QuotaPolicy.Concurrency slots) {
        return new Unseen(
                subject,
                AppliedLimit.Kind.CONCURRENCY,
                whole(
                        slots.name(),
                        ServiceLimit.Kind.CONCURRENCY,
                        QuotaUnit.REQUESTS,
                        slots.slots(),
                        Optional.empty()));
    }

    private static ServiceLimit whole(
            PolicyName policy,
            ServiceLimit.Kind kind,
            QuotaUnit unit,
            long quota,
            Optional<Duration> window) {
        return new ServiceLimit(policy, kind, unit, quota, 0, 0, quota, window, Optional.empty());
    }
}
