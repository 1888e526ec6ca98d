package io.weir.gateway.enforcement;

import io.weir.gateway.metering.ModelCost;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision;
import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Unmetered;
import io.weir.quota.policy.PolicyName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// What is set aside for an answer that does not say how long it gets: more and more of it, in
/// steps, until the limits have no more. Then the stream ends.
final class Granting {

    private static final StoreAway NOBODY =
            new StoreAway(List.<PolicyName>of(), Duration.ofSeconds(1));

    /// Where a whole step is not to be had, so many tokens at a time.
    private static final long LEAST = 64;

    private final Admission admission;
    private final Admitting admitting;
    private final ModelCost cost;
    private final StreamError error;
    private volatile long granted;
    private volatile byte @Nullable [] end;

    Granting(Admission admission, Admitting admitting, ModelCost cost, StreamError error) {
        this.admission = admission;
        this.admitting = admitting;
        this.cost = cost;
        this.error = error;
        this.granted = cost.first();
    }

    boolean isInSteps() {
        return cost.first() < cost.output();
    }

    boolean isRefused() {
        return end != null;
    }

    /// What ends the stream; nothing while it goes on.
    byte @Nullable [] end() {
        return end;
    }

    /// @param written tokens of the answer by now
    boolean isEnough(long written) {
        return written <= granted || granted == cost.output();
    }

    /// Sets more aside, a whole step if it can be. If it can't, the stream has to end.
    Mono<Void> grow(long written) {
        long least = Math.min(Math.max(written, granted + LEAST), cost.output()) - granted;
        long step = Math.max(least, cost.step(granted));
        return setAside(step)
                .flatMap(
                        decision ->
                                decision instanceof Rejected && step > least
                                        ? setAside(least)
                                        : Mono.just(decision))
                .doOnNext(this::decided)
                .then();
    }

    /// Of one stream, one after the other.
    private Mono<AdmissionDecision> setAside(long tokens) {
        long before = granted;
        return admission
                .grow(admitting.path(), admitting.reservation(), cost.more(before, tokens))
                .doOnNext(
                        decision -> {
                            if (decision instanceof Admitted || decision instanceof Unmetered) {
                                granted = before + tokens;
                                admitting.grown(cost.worst(before + tokens));
                            }
                        });
    }

    private void decided(AdmissionDecision decision) {
        switch (decision) {
            case Admitted _, Unmetered _ -> {}
            case Rejected rejected when !rejected.violations().isEmpty() ->
                    end = error.event(Refusal.rejected(rejected));
            case StoreAway away -> end = error.event(Refusal.storeAway(away));
            case Rejected _, AdmissionDecision.Barred _ ->
                    end = error.event(Refusal.storeAway(NOBODY));
        }
    }
}
