package io.weir.gateway.identity;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// Questions that are answered many at a time, so that it is the store's pace that bounds them and
/// not its distance.
///
/// One that comes alone is asked at once. Those that come while as many readings are under way as
/// may be wait for one of them to end, and are then asked together. Who asks what somebody else
/// waits for gets the same answer. A question that nobody waits for any more is not asked; one that
/// was asked is answered, however many have left.
final class AskedTogether<Q, A> {

    private static final int MOST_READINGS = 4;
    private static final int MOST_QUESTIONS = 100;

    private final class Question {

        private final Q asked;
        private final Sinks.One<A> answer = Sinks.one();
        private int waiting;

        Question(Q asked) {
            this.asked = asked;
        }

        void answer(Map<Q, A> answers) {
            A found = answers.get(asked);
            if (found == null) {
                answer.tryEmitEmpty();
            } else {
                answer.tryEmitValue(found);
            }
        }
    }

    private final Function<List<Q>, Mono<Map<Q, A>>> store;
    private final Duration patience;

    // Below: under the monitor of this object.
    private final Map<Q, Question> open = new HashMap<>();
    private final Queue<Question> unasked = new ArrayDeque<>();
    private int readings;

    /// @param store answers those questions to which there is an answer
    /// @param patience after which a reading is given up, so that others can be made
    AskedTogether(Function<List<Q>, Mono<Map<Q, A>>> store, Duration patience) {
        this.store = store;
        this.patience = patience;
    }

    /// The answer, or nothing if there is none.
    Mono<A> ask(Q asked) {
        return Mono.defer(
                () -> {
                    Question question = join(asked);
                    read();
                    return question.answer.asMono().doFinally(_ -> leave(question));
                });
    }

    private synchronized Question join(Q asked) {
        Question question = open.get(asked);
        if (question == null) {
            question = new Question(asked);
            open.put(asked, question);
            unasked.add(question);
        }
        question.waiting++;
        return question;
    }

    private synchronized void leave(Question question) {
        question.waiting--;
    }

    private void read() {
        List<Question> questions = next();
        if (!questions.isEmpty()) {
            Mono.defer(() -> store.apply(questions.stream().map(each -> each.asked).toList()))
                    .timeout(patience)
                    .single()
                    .subscribe(
                            answers -> end(questions, each -> each.answer(answers)),
                            failure -> end(questions, each -> each.answer.tryEmitError(failure)));
        }
    }

    private synchronized List<Question> next() {
        List<Question> next = new ArrayList<>();
        while (readings < MOST_READINGS && next.size() < MOST_QUESTIONS && !unasked.isEmpty()) {
            Question question = unasked.remove();
            if (question.waiting > 0) {
                next.add(question);
            } else {
                open.remove(question.asked);
            }
        }
        readings += next.isEmpty() ? 0 : 1;
        return next;
    }

    /// The next reading goes before the answers: whoever hears one may have a lot to do.
    private void end(List<Question> questions, Consumer<Question> answer) {
        synchronized (this) {
            readings--;
            questions.forEach(each -> open.remove(each.asked));
        }
        read();
        questions.forEach(answer);
    }
}
