package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.schedule.AccessWindow;
import io.weir.quota.subject.Subject;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// A window of time. It is worked out once for each time it opens or closes.
final class Access implements Limit {

    private record Stretch(boolean open, long fromMillis, long untilMillis) {

        boolean holds(long epochMillis) {
            return epochMillis >= fromMillis && epochMillis < untilMillis;
        }
    }

    private final Subject subject;
    private final QuotaPolicy.Access policy;
    private final InstantSource clock;
    private volatile Stretch stretch = new Stretch(false, 0, 0);

    Access(Subject subject, QuotaPolicy.Access policy, InstantSource clock) {
        this.subject = subject;
        this.policy = policy;
        this.clock = clock;
    }

    @Override
    public Subject subject() {
        return subject;
    }

    @Override
    public PolicyName name() {
        return policy.name();
    }

    @Override
    public Verdict verdict(Usage cost, long nanoTime) {
        return cost.requests() == 0 || isOpen() ? Verdict.ADMITS : Verdict.REFUSES;
    }

    @Override
    public @Nullable Object tryTake(Usage cost, long nanoTime) {
        return verdict(cost, nanoTime) == Verdict.ADMITS ? this : null;
    }

    @Override
    public void settle(Object taken, Usage reserved, Usage used) {}

    @Override
    public void release(Object taken, Usage reserved) {}

    @Override
    public Mono<Void> ask(Usage cost) {
        return Mono.empty();
    }

    @Override
    public Optional<ServiceLimit> serviceLimit(Instant now) {
        return Optional.empty();
    }

    @Override
    public Violation violation(Usage cost, Instant now) {
        Optional<Duration> wait =
                policy.window().opens(now).map(opening -> Duration.between(now, opening));
        return new Violation(subject, name(), Cause.WINDOW, Optional.empty(), wait);
    }

    private boolean isOpen() {
        long now = clock.millis();
        Stretch known = stretch;
        if (!known.holds(now)) {
            known = stretch(policy.window(), Instant.ofEpochMilli(now));
            stretch = known;
        }
        return known.open();
    }

    /// From now on only: a clock that is set back asks again.
    private static Stretch stretch(AccessWindow window, Instant now) {
        Instant until = window.changes(now).orElseGet(() -> now.plus(Duration.ofDays(1)));
        return new Stretch(window.isOpen(now), now.toEpochMilli(), until.toEpochMilli());
    }
}
