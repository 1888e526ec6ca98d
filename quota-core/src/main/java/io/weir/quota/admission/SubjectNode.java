package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.subject.Subject;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// One subject as requests meet it. All keys below a client share its node, so that a change to the
/// client is one volatile write, however many keys it covers.
public final class SubjectNode {

    private static final Limit[] NONE = {};

    private final Subject subject;
    private final AtomicLong underWay = new AtomicLong();
    private volatile State state = new State(Optional.of(Bar.UNKNOWN), Long.MAX_VALUE, NONE);

    public SubjectNode(Subject subject) {
        this.subject = subject;
    }

    public Subject subject() {
        return subject;
    }

    AtomicLong underWay() {
        return underWay;
    }

    void admits(long expiresAt, Limit[] limits) {
        state = new State(Optional.empty(), expiresAt, limits);
    }

    void barred(Bar bar, Limit[] limits) {
        state = new State(Optional.of(bar), Long.MAX_VALUE, limits);
    }

    Limit[] limits() {
        return state.limits;
    }

    Optional<Bar> bar(long epochMillis) {
        State now = state;
        return now.bar.isEmpty() && epochMillis >= now.expiresAt
                ? Optional.of(Bar.EXPIRED)
                : now.bar;
    }

    /// What one write changes.
    private static final class State {

        final Optional<Bar> bar;

        /// Milliseconds since 1970, the largest value for never.
        final long expiresAt;

        final Limit[] limits;

        State(Optional<Bar> bar, long expiresAt, Limit[] limits) {
            this.bar = bar;
            this.expiresAt = expiresAt;
            this.limits = limits;
        }
    }
}
