package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Period;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Requests race each other and the exchange with the store for the units of a slice.
@Tag("races")
public class SliceRacesTest {

    private static final long LIMIT = 4;
    private static final Period MONTH =
            CalendarPeriod.MONTHLY.at(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    private final Slice slice = new Slice(MONTH, Journal.inMemory().take("slice"), 0);

    /// The least that was spent of the lease, in the requests' own words.
    private final AtomicLong taken = new AtomicLong();

    private long number;
    private long held;
    private long used;
    private long overspent;

    public SliceRacesTest() {
        exchange(0);
    }

    @Operation
    public void usesAll() {
        request(1, 1);
    }

    @Operation
    public void usesLess() {
        request(2, 1);
    }

    @Operation
    public void usesNothing() {
        request(3, 0);
    }

    @Operation
    public void usesMore() {
        request(1, 2);
    }

    @Operation
    public void overdraws() {
        slice.overdraw(2);
        slice.settle(2, 2);
    }

    @Operation(nonParallelGroup = "exchange")
    public void reports() {
        exchange(0);
    }

    @Operation(nonParallelGroup = "exchange")
    public void reportsAndGivesBack() {
        exchange(Long.MAX_VALUE);
    }

    private void request(long units, long spent) {
        if (slice.tryReserve(units)) {
            if (taken.addAndGet(units) > LIMIT) {
                overspent++;
            }
            taken.addAndGet(Math.min(spent, units) - units);
            slice.settle(units, spent);
        }
    }

    /// What the store does: it counts what was used, takes what is returned, and grants the rest.
    private void exchange(long back) {
        number++;
        long returned = back == 0 ? 0 : slice.takeBack(back);
        long fresh = slice.report(number);
        used += fresh;
        held -= Math.min(fresh, held) + returned;
        held += back == 0 ? Math.max(0, LIMIT - used - held) : 0;
        var grant = new Grant(true, 0, used, held, 0, held, OptionalLong.of(LIMIT));
        slice.apply(grant, number, 0, new Term(0, Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @Validate
    public void nothingIsLostAndNothingIsSpentTwice() {
        long sum = slice.available() + slice.used() - slice.slot().reported();
        if (slice.reserved() != 0 || sum != held || overspent != 0) {
            throw new IllegalStateException(
                    "reserved " + slice.reserved() + ", sum " + sum + " of " + held);
        }
    }

    @Test
    void inEveryOrder() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .iterations(8)
                .invocationsPerIteration(500)
                .check(SliceRacesTest.class);
    }

    @Test
    void underStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(5)
                .invocationsPerIteration(1_000)
                .check(SliceRacesTest.class);
    }
}
