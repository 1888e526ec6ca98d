package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// What a rule would say to the next request of a key, from what the store has counted. Nothing is
/// taken.
///
/// What gateways hold on lease stands in nobody's way: they spend it.
///
/// @param at the instant that is asked about
public record RuleOutlook(RuleSettings rule, Instant at) {

    /// What the rule counts of a key.
    ///
    /// @param starts of the period
    public record Counter(PolicyName policy, Instant starts) {}

    /// @param forfeited held by lost nodes
    public record Tally(long used, long forfeited) {

        public static final Tally NOTHING = new Tally(0, 0);
    }

    /// What has to be looked up of a key; nothing if the rule has no quota.
    public Optional<Counter> counter(Calendar account) {
        return rule.policies(account).stream()
                .filter(PeriodQuota.class::isInstance)
                .map(PeriodQuota.class::cast)
                .map(quota -> new Counter(quota.name(), quota.at(at).starts()))
                .findFirst();
    }

    /// Why it would refuse, if it would.
    public Optional<Violation> objection(Subject key, Calendar account, Tally tally) {
        return new RulePath(
                        rule,
                        key,
                        account,
                        InstantSource.fixed(at),
                        tally.used(),
                        tally.forfeited())
                .objection(Usage.ONE_REQUEST, at);
    }
}
