package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A rule run over what was used in the past: the limits that requests meet, on a clock that
/// follows the record. Each key has a counter of its own under the rule.
///
/// The rule refuses as if it were enabled and enforced. Whoever wants to know what it would have
/// refused from some instant on has to begin with the period which that is in.
public final class Replay {

    /// Requests of one key that are alike and came at the same time.
    ///
    /// @param calendar of its account
    /// @param each what one of them cost
    public record Batch(Subject key, Calendar calendar, Instant at, long requests, Usage each) {}

    /// @param requests how many of a batch were refused
    /// @param violation why; of several limits the one to wait longest for
    public record Refusal(long requests, Violation violation) {}

    private final RuleSettings rule;
    private final Map<Subject, RulePath> keys = new HashMap<>();
    private Instant now = Instant.EPOCH;

    public Replay(RuleSettings rule) {
        this.rule =
                new RuleSettings(
                        rule.version(),
                        rule.id(),
                        true,
                        Enforcement.ENFORCE,
                        rule.credits(),
                        rule.window());
    }

    /// Keys that were met so far.
    public int keys() {
        return keys.size();
    }

    /// Lets a batch come, those of each key in the order of time; as many of it as the rule admits
    /// are counted.
    ///
    /// Requests that are alike are admitted one after the other until one is refused, as all after
    /// it then are. So the largest part that is admitted whole is looked for, by its binary digits.
    public Optional<Refusal> next(Batch batch) {
        now = batch.at();
        RulePath path = keys.computeIfAbsent(batch.key(), _ -> path(batch));
        var room = path.room();
        long left = batch.requests();
        for (long part = Long.highestOneBit(left); part > 0; part >>= 1) {
            Usage cost = part > left ? null : times(batch.each(), part);
            if (cost != null && path.take(cost, room)) {
                left -= part;
            }
        }
        long refused = left;
        return refused == 0
                ? Optional.empty()
                : path.objection(batch.each(), now)
                        .map(violation -> new Refusal(refused, violation));
    }

    private RulePath path(Batch batch) {
        return new RulePath(rule, batch.key(), batch.calendar(), () -> now, 0, 0);
    }

    /// Nothing if it is more than any limit could allow.
    private static @Nullable Usage times(Usage each, long requests) {
        long most = Long.MAX_VALUE / requests;
        return each.tokens() > most || each.credits() > most
                ? null
                : new Usage(
                        each.requests() * requests,
                        each.tokens() * requests,
                        each.credits() * requests);
    }
}
