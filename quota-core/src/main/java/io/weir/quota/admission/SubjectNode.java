package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.subject.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One subject as requests meet it. All keys below a client share its node, so that a change to the
/// client is one volatile write, however many keys it covers.
public final class SubjectNode {

    private final Subject subject;
    private final @Nullable SubjectNode account;
    private volatile State state = State.UNKNOWN;

    /// @param account whose calendar applies where the subject has none of its own; absent for a
    ///   reseller
    public SubjectNode(Subject subject, @Nullable SubjectNode account) {
        this.subject = subject;
        this.account = account;
    }

    public Subject subject() {
        return subject;
    }

    State state() {
        return state;
    }

    void state(State changed) {
        state = changed;
    }

    /// By which the subject's days and weeks are told, as far as it is known now.
    Calendar calendar() {
        Terms terms = state.terms;
        return terms == null ? calendarAbove() : calendar(terms);
    }

    /// The same on other terms.
    Calendar calendar(Terms terms) {
        Calendar above = calendarAbove();
        if (terms.zone().isEmpty() && terms.weekStart().isEmpty()) {
            return above;
        }
        return new Calendar(
                terms.zone().orElse(above.zone()), terms.weekStart().orElse(above.weekStart()));
    }

    private Calendar calendarAbove() {
        return account == null ? Calendar.UTC : account.calendar();
    }

    /// What one write changes.
    ///
    /// @param terms nothing while they are unknown, or the subject is gone
    /// @param version of the configuration at which they were read
    /// @param calendar on which the limits were made
    /// @param rule to which the subject is bound, or which is its default
    record State(
            @Nullable Terms terms,
            long version,
            Optional<Bar> bar,
            Calendar calendar,
            List<Limit> limits,
            Optional<RuleNode> rule) {

        static final State UNKNOWN =
                new State(
                        null,
                        -1,
                        Optional.of(Bar.UNKNOWN),
                        Calendar.UTC,
                        List.of(),
                        Optional.empty());

        /// Milliseconds since 1970, the largest value for never.
        long expiresAt() {
            return terms == null
                    ? Long.MAX_VALUE
                    : terms.expires().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
        }
    }
}
