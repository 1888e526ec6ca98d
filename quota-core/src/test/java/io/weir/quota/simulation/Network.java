package io.weir.quota.simulation;

import io.weir.quota.lease.LeaseStore.Refused;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// What is between the nodes and the store. A message may be late, come twice, or never; a store
/// that is away refuses, says nothing, or answers everything once it is back.
final class Network {

    enum Store {
        UP,
        REFUSES,
        SILENT,
        HANGS
    }

    private final Events events;
    private final Faults faults;
    private final ArrayDeque<Runnable> hanging = new ArrayDeque<>();
    private Store store = Store.UP;

    Network(Events events, Faults faults) {
        this.events = events;
        this.faults = faults;
    }

    void store(Store next) {
        store = next;
        while (store != Store.HANGS && !hanging.isEmpty()) {
            hanging.remove().run();
        }
    }

    /// Asks the store, on behalf of a process, which hears of the answer only while it lives.
    <T> Mono<T> ask(Life life, Supplier<T> question) {
        return Mono.defer(
                () -> {
                    Sinks.One<T> answer = Sinks.one();
                    send(life, question, answer);
                    if (faults.repeats()) {
                        send(life, question, answer);
                    }
                    return answer.asMono();
                });
    }

    private <T> void send(Life life, Supplier<T> question, Sinks.One<T> answer) {
        if (!faults.loses()) {
            events.in(faults.delay(), () -> arrive(life, question, answer));
        }
    }

    private <T> void arrive(Life life, Supplier<T> question, Sinks.One<T> answer) {
        switch (store) {
            case UP -> reply(life, answered(question), answer);
            case REFUSES -> reply(life, new Answered<>(null, refused()), answer);
            case SILENT -> {}
            case HANGS -> hanging.add(() -> arrive(life, question, answer));
        }
    }

    private <T> void reply(Life life, Answered<T> answered, Sinks.One<T> answer) {
        if (!faults.loses()) {
            events.in(faults.delay(), () -> life.run(() -> answered.to(answer)));
        }
    }

    private static <T> Answered<T> answered(Supplier<T> question) {
        try {
            return new Answered<>(question.get(), null);
        } catch (Refused unknown) {
            return new Answered<>(null, unknown);
        }
    }

    private static IllegalStateException refused() {
        return new IllegalStateException("The store refuses");
    }

    private record Answered<T>(@Nullable T value, @Nullable Throwable failure) {

        void to(Sinks.One<T> answer) {
            if (value != null) {
                answer.tryEmitValue(value);
            } else if (failure != null) {
                answer.tryEmitError(failure);
            }
        }
    }
}
