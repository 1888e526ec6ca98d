package io.weir.quota.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.decision.Decision.Decider;
import io.weir.quota.decision.Decision.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class DecisionsTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    /// What it was sent, and what it answers.
    static final class Store implements DecisionStore {

        final List<List<Decision>> reports = new ArrayList<>();
        @Nullable RuntimeException failure;
        Mono<Void> answer = Mono.empty();

        @Override
        public Mono<Void> keep(List<Decision> decisions) {
            reports.add(decisions);
            return failure == null ? answer : Mono.error(failure);
        }
    }

    final Store store = new Store();
    final Decisions decisions = new Decisions(store, LONG, Schedulers.parallel());

    @Test
    void aTickSendsAllThatWasDecidedInOneStatement() {
        UUID key = UUID.randomUUID();
        for (int i = 0; i < 10; i++) {
            decisions.add(refusal(key));
            decisions.add(refusal(UUID.randomUUID()));
        }
        decisions.report().block(LONG);
        decisions.report().block(LONG);

        assertThat(store.reports).hasSize(1);
        assertThat(store.reports.getFirst()).hasSize(20);
        assertThat(decisions.size()).isZero();
    }

    @Test
    void ofAKeyTheNewestAreHeldAndTheRestIsCounted() {
        UUID key = UUID.randomUUID();
        List<Decision> all = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            all.add(refusal(key));
        }
        all.forEach(decisions::add);
        decisions.report().block(LONG);

        assertThat(store.reports.getFirst()).isEqualTo(all.subList(500, 1_500));
        assertThat(decisions.dropped()).isEqualTo(500);
    }

    @Test
    void whatIsOnlyObservedTakesNoRoomOfRefusals() {
        UUID key = UUID.randomUUID();
        decisions.add(refusal(key));
        for (int i = 0; i < 1_500; i++) {
            decisions.add(decision(key, false));
        }
        decisions.report().block(LONG);

        assertThat(store.reports.getFirst().stream().filter(Decision::isRefusal)).hasSize(1);
        assertThat(store.reports.getFirst()).hasSize(1_001);
    }

    @Test
    void aStormOfSomeKeysLeavesRoomForOthersAndNeverTakesMoreThanThereIs() {
        for (int k = 0; k < 20; k++) {
            UUID key = UUID.randomUUID();
            for (int i = 0; i < 2_000; i++) {
                decisions.add(refusal(key));
            }
        }
        UUID quiet = UUID.randomUUID();
        decisions.add(refusal(quiet));
        int held = decisions.size();
        for (int i = 0; i < 10_000; i++) {
            decisions.add(refusal(UUID.randomUUID()));
        }
        decisions.report().block(LONG);

        assertThat(held).isLessThan(Decisions.MOST);
        assertThat(store.reports.getFirst()).hasSize(Decisions.MOST);
        assertThat(store.reports.getFirst()).anyMatch(one -> one.key().equals(quiet));
        assertThat(decisions.dropped()).isEqualTo(20 * 2_000 + 1 + 10_000 - Decisions.MOST);
    }

    @Test
    void whatTheStoreHasNotAnsweredIsSaidAgainUnchanged() {
        decisions.add(refusal(UUID.randomUUID()));
        store.failure = new IllegalStateException("away");
        decisions.report().block(LONG);
        decisions.add(refusal(UUID.randomUUID()));
        decisions.report().block(LONG);
        store.failure = null;
        decisions.report().block(LONG);
        decisions.report().block(LONG);

        assertThat(store.reports).hasSize(4);
        assertThat(store.reports.get(1)).isEqualTo(store.reports.get(0));
        assertThat(store.reports.get(2)).isEqualTo(store.reports.get(0));
        assertThat(store.reports.get(3)).hasSize(1).isNotEqualTo(store.reports.get(0));
        assertThat(decisions.dropped()).isZero();
    }

    @Test
    void whatTheStoreWillNeverTakeIsCountedAndDoesNotHoldUpTheRest() {
        decisions.add(refusal(UUID.randomUUID()));
        store.failure = new DecisionStore.Refused(new IllegalStateException("no"));
        decisions.report().block(LONG);
        store.failure = null;
        decisions.add(refusal(UUID.randomUUID()));
        decisions.report().block(LONG);

        assertThat(decisions.dropped()).isEqualTo(1);
        assertThat(store.reports.get(1)).isNotEqualTo(store.reports.get(0));
    }

    @Test
    void oneReportIsUnderWayAtATime() {
        Sinks.Empty<Void> answer = Sinks.empty();
        store.answer = answer.asMono();
        decisions.add(refusal(UUID.randomUUID()));
        decisions.report().subscribe();
        decisions.add(refusal(UUID.randomUUID()));
        decisions.report().subscribe();

        assertThat(store.reports).hasSize(1);
        answer.tryEmitEmpty();
        decisions.report().subscribe();
        assertThat(store.reports).hasSize(2);
    }

    private static Decision refusal(UUID key) {
        return decision(key, true);
    }

    private static Decision decision(UUID key, boolean refused) {
        var decider = new Decider("suspended", Optional.empty(), Optional.empty());
        return new Decision(
                UUID.randomUUID(),
                Instant.EPOCH,
                key,
                Optional.empty(),
                key,
                "demo",
                refused
                        ? Optional.of(new Told(403, "type", "title", "detail", decider))
                        : Optional.empty(),
                List.of());
    }
}
