package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Caller;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.AppliedLimit;
import io.weir.quota.decision.Decision;
import io.weir.quota.decision.Decision.Decider;
import io.weir.quota.decision.Decision.Told;
import io.weir.quota.decision.Decisions;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Usage;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// Puts down why requests were refused, for whoever asks later. Nobody waits for it, and nothing is
/// put down of callers who are not known.
final class Reasons {

    private final Admission admission;
    private final Decisions decisions;
    private final Statuses statuses;
    private final InstantSource clock;

    Reasons(Admission admission, Decisions decisions, Statuses statuses, InstantSource clock) {
        this.admission = admission;
        this.decisions = decisions;
        this.statuses = statuses;
        this.clock = clock;
    }

    /// A request of a caller that is known, on a route.
    record Asked(UUID request, Caller caller, String route, Dialect dialect, Usage cost) {}

    void rejected(Asked asked, Rejected rejected) {
        Violation worst = rejected.worst();
        var decider =
                new Decider(
                        word(worst.cause()),
                        Optional.of(worst.subject()),
                        Optional.of(worst.policy()));
        refused(asked, Refusal.rejected(rejected), decider, rejected.violations());
    }

    void barred(Asked asked, Barred barred) {
        if (barred.bar() != Bar.UNKNOWN) {
            var decider =
                    new Decider(
                            word(barred.bar()), Optional.of(barred.subject()), Optional.empty());
            refused(asked, Refusal.barred(barred), decider, List.of());
        }
    }

    void away(Asked asked, StoreAway away) {
        var decider =
                new Decider("store-away", Optional.empty(), away.policies().stream().findFirst());
        refused(asked, Refusal.storeAway(away), decider, List.of());
    }

    /// Its reseller may not have what it would create.
    void unplaced(Asked asked, Refusal refusal) {
        var reseller = new Subject(SubjectKind.RESELLER, asked.caller().reseller());
        var decider =
                refusal.kind() == Refusal.Kind.REDUCED_CAPACITY
                        ? new Decider("store-away", Optional.empty(), Optional.empty())
                        : new Decider("provisioning", Optional.of(reseller), Optional.empty());
        refused(asked, refusal, decider, List.of());
    }

    /// It was admitted, although these would have refused it.
    void observed(Asked asked, List<PolicyName> observed) {
        add(
                asked,
                Optional.empty(),
                admission.observing(asked.caller().path(), asked.cost(), observed));
    }

    private void refused(
            Asked asked, Refusal refusal, Decider decider, List<Violation> violations) {
        Refusal.Kind kind = refusal.kind();
        var told =
                new Told(
                        statuses.of(asked.dialect(), kind),
                        kind.type(),
                        kind.title(),
                        refusal.detail(),
                        decider);
        add(
                asked,
                Optional.of(told),
                admission.refusing(asked.caller().path(), asked.cost(), violations));
    }

    private void add(Asked asked, Optional<Told> told, List<AppliedLimit> limits) {
        Caller caller = asked.caller();
        decisions.add(
                new Decision(
                        asked.request(),
                        clock.instant(),
                        caller.key().id(),
                        caller.client(),
                        caller.reseller(),
                        asked.route(),
                        told,
                        limits));
    }

    private static String word(Enum<?> cause) {
        return cause.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
