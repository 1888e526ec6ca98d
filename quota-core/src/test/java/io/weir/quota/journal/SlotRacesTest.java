package io.weir.quota.journal;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Requests add to a slot while reports are made of it, each of which the store applies or refuses.
@Tag("races")
public class SlotRacesTest {

    private final Slot slot = Journal.inMemory().take("slot");
    private long number;
    private long told;

    @Operation
    public void settles() {
        slot.addOpen(2);
        slot.addUsed(1);
        slot.addOpen(-2);
    }

    @Operation(nonParallelGroup = "exchange")
    public void isApplied() {
        told += slot.report(++number);
        slot.applied(number);
    }

    @Operation(nonParallelGroup = "exchange")
    public void isRefused() {
        slot.report(++number);
        slot.refused(number - 1);
    }

    /// The answer to an earlier report says nothing of a later one.
    @Operation(nonParallelGroup = "exchange")
    public void isAnsweredLate() {
        long fresh = slot.report(++number);
        slot.applied(number - 1);
        slot.applied(number);
        told += fresh;
    }

    @Validate
    public void eachUnitIsToldOnce() {
        if (slot.open() != 0 || slot.reported() != told || slot.used() < told) {
            throw new IllegalStateException(
                    "told " + told + ", reported " + slot.reported() + " of " + slot.used());
        }
    }

    @Test
    void inEveryOrder() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(2)
                .iterations(10)
                .invocationsPerIteration(300)
                .check(SlotRacesTest.class);
    }

    @Test
    void underStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(10)
                .invocationsPerIteration(500)
                .check(SlotRacesTest.class);
    }
}
