package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.bucket.Rates;
import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.lease.TestLeases;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Renewal;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/// A key in a group, of a client, of a reseller, and the limits they have.
final class World {

    static final Duration LIFE = Duration.ofMinutes(15);

    final TestLeases store = new TestLeases();
    final InstantSource clock = store::now;
    final Admission admission;
    final SubjectNode reseller = node(SubjectKind.RESELLER, 4, null);
    final SubjectNode client = node(SubjectKind.CLIENT, 3, reseller);
    final SubjectNode group = node(SubjectKind.GROUP, 2, reseller);
    final SubjectNode key = node(SubjectKind.KEY, 1, client);
    final SubjectPath path = new SubjectPath(List.of(key, group, client, reseller));
    private long version;

    World() {
        this(null);
    }

    /// @param rates in place of buckets in memory
    World(@Nullable Rates rates) {
        admission =
                new Admission(
                        rates == null ? new TokenBuckets(store::nanoTime) : rates,
                        new LocalSlotPools(),
                        store.leases,
                        clock,
                        Duration.ofMillis(500),
                        LIFE,
                        Schedulers.parallel());
        path.nodes().forEach(node -> limits(node));
    }

    void limits(SubjectNode node, QuotaPolicy... policies) {
        settings(node, Optional.empty(), Optional.empty(), List.of(policies));
    }

    void zone(SubjectNode node, String zone, QuotaPolicy... policies) {
        settings(node, Optional.of(ZoneId.of(zone)), Optional.empty(), List.of(policies));
    }

    void rule(SubjectNode node, RuleNode rule) {
        settings(node, Optional.empty(), Optional.of(rule), List.of());
    }

    void rule(RuleNode rule, boolean enabled, Enforcement enforcement, long credits) {
        admission.configure(
                rule,
                new RuleSettings(
                        ++version,
                        rule.id(),
                        enabled,
                        enforcement,
                        Optional.of(new RuleSettings.Credits(CalendarPeriod.DAILY, credits)),
                        Optional.empty()));
        store.limit(key.subject().id(), "rule-daily", credits);
    }

    private void settings(
            SubjectNode node,
            Optional<ZoneId> zone,
            Optional<RuleNode> rule,
            List<QuotaPolicy> policies) {
        for (QuotaPolicy policy : policies) {
            if (policy instanceof PeriodQuota quota) {
                store.limit(node.subject().id(), quota.name().value(), quota.limit().orElseThrow());
            }
        }
        admission.configure(
                node,
                new SubjectSettings(
                        ++version,
                        node.subject(),
                        Status.ACTIVE,
                        Optional.empty(),
                        zone,
                        Optional.empty(),
                        rule.map(RuleNode::id),
                        Restrictions.NONE,
                        null,
                        policies),
                false,
                rule);
    }

    AdmissionDecision ask(Usage cost) {
        return Objects.requireNonNull(admission.admit(path, cost).block());
    }

    AdmissionDecision ask() {
        return ask(Usage.ONE_REQUEST);
    }

    Reservation admitted(Usage cost) {
        return ((Admitted) ask(cost)).reservation();
    }

    Reservation admitted() {
        return admitted(Usage.ONE_REQUEST);
    }

    /// Why the first limit refuses one more.
    Violation refused(Usage cost) {
        return ((Rejected) ask(cost)).violations().getFirst();
    }

    Violation refused() {
        return refused(Usage.ONE_REQUEST);
    }

    long used(SubjectNode node, String policy) {
        return store.used(node.subject().id(), policy);
    }

    static PeriodQuota quota(String name, QuotaUnit unit, Renewal renewal, long limit) {
        return quota(name, unit, renewal, limit, Enforcement.ENFORCE, FailureMode.CLOSED);
    }

    static PeriodQuota quota(
            String name,
            QuotaUnit unit,
            Renewal renewal,
            long limit,
            Enforcement enforcement,
            FailureMode failureMode) {
        return new PeriodQuota(
                new PolicyName(name),
                unit,
                renewal,
                Calendar.UTC,
                OptionalLong.of(limit),
                enforcement,
                failureMode);
    }

    static PeriodQuota monthly(long limit) {
        return quota("monthly", QuotaUnit.REQUESTS, CalendarPeriod.MONTHLY, limit);
    }

    static Usage tokens(long tokens) {
        return new Usage(1, tokens, 0);
    }

    static Instant at(String instant) {
        return Instant.parse(instant);
    }

    private static SubjectNode node(SubjectKind kind, long id, @Nullable SubjectNode account) {
        return new SubjectNode(new Subject(kind, new UUID(0, id)), account);
    }
}
