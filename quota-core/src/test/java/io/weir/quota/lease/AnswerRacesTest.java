package io.weir.quota.lease;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Requests wait, while the store is heard of and known to be away at the same time.
@Tag("races")
public class AnswerRacesTest {

    private final Answer answer = new Answer();
    private final Queue<AtomicBoolean> waiting = new ConcurrentLinkedQueue<>();

    @Operation
    public void waits() {
        var told = new AtomicBoolean();
        waiting.add(told);
        answer.next().subscribe(_ -> {}, _ -> told.set(true), () -> told.set(true));
    }

    @Operation(nonParallelGroup = "exchange")
    public void isGiven() {
        answer.given();
    }

    @Operation
    public void fails() {
        answer.failed(new StoreAway());
    }

    @Validate
    public void nobodyWaitsPastTheNextAnswer() {
        answer.given();
        for (AtomicBoolean told : waiting) {
            if (!told.get()) {
                throw new IllegalStateException("Somebody waits for an answer that is never told");
            }
        }
    }

    @Test
    void inEveryOrder() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(1)
                .iterations(6)
                .invocationsPerIteration(300)
                .check(AnswerRacesTest.class);
    }
}
