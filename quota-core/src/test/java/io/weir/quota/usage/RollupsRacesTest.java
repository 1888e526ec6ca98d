package io.weir.quota.usage;

import io.weir.quota.journal.Journal;
import io.weir.quota.price.Tokens;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Requests add to a row while it is reported and let go.
@Tag("races")
public class RollupsRacesTest {

    private static final UUID KEY = new UUID(0, 1);
    private static final Tokens WRITTEN = new Tokens(0, 0, 0, 0, 7, 0, 0, 0);

    private final Rollups rollups = new Rollups(Journal.inMemory());
    private final Rollup served = rollup(Outcome.SERVED);
    private final Rollup canceled = rollup(Outcome.CANCELED);
    private final AtomicLong added = new AtomicLong();
    private long number;
    private Metered told = Metered.NONE;

    @Operation
    public void isServed() {
        var open = rollups.open(served, new Metered(1, WRITTEN, 0, 5));
        rollups.end(open, served, new Metered(1, WRITTEN, 0, 3));
        added.incrementAndGet();
    }

    @Operation
    public void isCanceled() {
        var open = rollups.open(served, Metered.requests(1));
        rollups.end(open, canceled, new Metered(1, WRITTEN, 0, 3));
        added.incrementAndGet();
    }

    @Operation(nonParallelGroup = "exchange")
    public void reports() {
        for (Rollups.Row row : rollups.report(++number, 10)) {
            told = told.plus(row.metered());
        }
        rollups.applied(number);
    }

    @Validate
    public void eachRequestIsReportedOnce() {
        reports();
        reports();
        long all = added.get();
        var due = new Metered(all, new Tokens(0, 0, 0, 0, 7 * all, 0, 0, 0), 0, 3 * all);
        if (!told.equals(due) || rollups.size() != 0) {
            throw new IllegalStateException(
                    "reported %s of %s, left %d".formatted(told, due, rollups.size()));
        }
    }

    @Test
    void inEveryOrder() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .iterations(4)
                .invocationsPerIteration(200)
                .check(RollupsRacesTest.class);
    }

    @Test
    void underStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(5)
                .invocationsPerIteration(500)
                .check(RollupsRacesTest.class);
    }

    private static Rollup rollup(Outcome outcome) {
        return new Rollup(0, KEY, null, null, KEY, "demo", "", outcome);
    }
}
