package io.weir.admin.rule;

import io.weir.admin.quota.Amount;
import io.weir.admin.wire.Ids;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.RefusalText;
import io.weir.quota.admission.RuleOutlook;
import io.weir.quota.admission.RuleOutlook.Tally;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A key that a rule applies to while it is enabled.
///
/// @param boundTo whose rule it is: the key's own, or the default of its client or reseller
record Affected(
        Subject key, String label, @Nullable UUID client, Calendar calendar, String boundTo) {

    /// A key whose next request would be refused, and why, in the words of that refusal.
    ///
    /// @param alreadyBlocked whether the rule as it is refuses it too
    record Blocked(
            String keyId,
            String label,
            @Nullable String clientId,
            String boundTo,
            String reason,
            String policy,
            String detail,
            @Nullable Amount limit,
            @Nullable Amount used,
            @Nullable Instant retryAt,
            boolean alreadyBlocked) {}

    /// @param checked how many keys this page is about, blocked or not
    record Answer(
            Rule.Preview rule,
            Instant at,
            int checked,
            List<Blocked> blocked,
            @Nullable String nextCursor) {

        Answer {
            blocked = List.copyOf(blocked);
        }

        Answer withNextCursor(@Nullable String cursor) {
            return new Answer(rule, at, checked, blocked, cursor);
        }
    }

    /// A rule that is disabled or only observes refuses nobody.
    Optional<Violation> objection(RuleOutlook rule, Tally tally) {
        return rule.rule().enabled() && rule.rule().enforcement() == Enforcement.ENFORCE
                ? rule.objection(key, calendar, tally)
                : Optional.empty();
    }

    Optional<Blocked> blocked(RuleOutlook rule, Tally tally, boolean already) {
        return objection(rule, tally).map(violation -> blocked(violation, rule.at(), already));
    }

    private Blocked blocked(Violation violation, Instant at, boolean already) {
        Optional<ServiceLimit> limit = violation.limit();
        return new Blocked(
                key.toString(),
                label,
                Ids.textOrNull(SubjectKind.CLIENT, client),
                boundTo,
                RefusalText.name(violation.cause()),
                violation.policy().value(),
                RefusalText.detail(violation),
                limit.map(one -> new Amount(one.unit(), one.quota())).orElse(null),
                limit.map(one -> new Amount(one.unit(), one.used())).orElse(null),
                violation.retryAfter().map(at::plus).orElse(null),
                already);
    }
}
