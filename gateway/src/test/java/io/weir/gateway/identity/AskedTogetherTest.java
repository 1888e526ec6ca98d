package io.weir.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/// Questions to a store that answers when it is told to: with the question's square, and not at all
/// to what is negative.
class AskedTogetherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_READINGS = 4;
    private static final int MOST_QUESTIONS = 100;

    private final List<List<Integer>> asked = new ArrayList<>();
    private final List<Sinks.One<Map<Integer, Integer>>> readings = new ArrayList<>();
    private final AskedTogether<Integer, Integer> together =
            new AskedTogether<>(this::read, PATIENCE);

    /// What each that asked was told, in the order of their answers.
    private final List<Optional<Integer>> told = new ArrayList<>();

    private int failed;

    @Test
    void oneThatComesAloneIsAskedAtOnce() {
        ask(3);

        assertThat(asked).containsExactly(List.of(3));
        answer(0);
        assertThat(told).containsExactly(Optional.of(9));
    }

    @Test
    void thoseThatComeWhileEnoughReadingsAreUnderWayAreAskedTogetherInTheNext() {
        keepBusy();
        ask(11);
        ask(12);
        ask(-1);

        assertThat(asked).hasSize(MOST_READINGS);
        answer(0);
        assertThat(asked.getLast()).containsExactly(11, 12, -1);
        told.clear();
        answer(MOST_READINGS);
        assertThat(told).containsExactly(Optional.of(121), Optional.of(144), Optional.empty());
    }

    @Test
    void whoAsksWhatSomebodyElseWaitsForGetsTheSameAnswer() {
        ask(3);
        ask(3);
        answer(0);

        assertThat(asked).hasSize(1);
        assertThat(told).containsExactly(Optional.of(9), Optional.of(9));
    }

    @Test
    void whatWasAnsweredIsAskedAnewByWhoComesAfterwards() {
        ask(3);
        answer(0);
        ask(3);

        assertThat(asked).hasSize(2);
    }

    @Test
    void whoLeavesTakesNobodyAlong() {
        Disposable first = ask(3);
        ask(3);
        first.dispose();
        answer(0);

        assertThat(told).containsExactly(Optional.of(9));
    }

    @Test
    void aQuestionThatNobodyWaitsForAnyMoreIsNotAsked() {
        keepBusy();
        Disposable gone = ask(11);
        ask(12);
        gone.dispose();
        answer(0);

        assertThat(asked.getLast()).containsExactly(12);
        ask(11);
        answer(1);
        assertThat(asked.getLast()).containsExactly(11);
    }

    @Test
    void aReadingThatFailedFailsForAllThatItWasMadeForAndForNobodyElse() {
        keepBusy();
        ask(11);
        ask(12);
        answer(0);
        readings.getLast().tryEmitError(new IllegalStateException("away"));
        ask(13);

        assertThat(failed).isEqualTo(2);
        assertThat(asked.getLast()).containsExactly(13);
    }

    @Test
    void readingsThatEndWithoutAnAnswerFailAndMakeRoomForOthers() {
        keepBusy();
        ask(11);

        List.copyOf(readings).forEach(Sinks.One::tryEmitEmpty);
        assertThat(failed).isEqualTo(MOST_READINGS);
        assertThat(asked.getLast()).containsExactly(11);
    }

    @Test
    void aReadingThatIsNeverAnsweredMakesRoomForOthers() {
        StepVerifier.withVirtualTime(
                        () -> {
                            keepBusy();
                            return together.ask(11);
                        })
                .expectSubscription()
                .expectNoEvent(PATIENCE)
                .then(() -> answer(MOST_READINGS))
                .expectNext(121)
                .verifyComplete();
        assertThat(failed).isEqualTo(MOST_READINGS);
    }

    @Test
    void noReadingIsForMoreThanAHundred() {
        keepBusy();
        IntStream.range(0, MOST_QUESTIONS + 1).map(n -> 1_000 + n).forEach(this::ask);
        answer(0);
        answer(1);

        assertThat(asked.get(MOST_READINGS)).hasSize(MOST_QUESTIONS);
        assertThat(asked.get(MOST_READINGS + 1)).hasSize(1);
    }

    private void keepBusy() {
        IntStream.range(0, MOST_READINGS).forEach(this::ask);
    }

    private Disposable ask(int question) {
        return together.ask(question)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .subscribe(told::add, _ -> failed++);
    }

    private void answer(int reading) {
        Map<Integer, Integer> answers = new HashMap<>();
        asked.get(reading).stream()
                .filter(question -> question >= 0)
                .forEach(question -> answers.put(question, question * question));
        readings.get(reading).tryEmitValue(answers);
    }

    private Mono<Map<Integer, Integer>> read(List<Integer> questions) {
        asked.add(questions);
        readings.add(Sinks.one());
        return readings.getLast().asMono();
    }
}
