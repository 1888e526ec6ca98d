package io.weir.quota.admission;

import io.weir.quota.admission.Reservation.Part;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.concurrency.Slots;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Usage;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A request grows, is settled, released and expires at the same time.
@Tag("races")
public class ReservationRacesTest {

    private static final Subject KEY = new Subject(SubjectKind.KEY, new UUID(0, 1));
    private static final PolicyName PARTS = new PolicyName("parts");

    private final Slots slots = new LocalSlotPools().slots(KEY, PARTS);
    private final CompiledPath path =
            new CompiledPath(
                    1,
                    KEY,
                    Long.MAX_VALUE,
                    null,
                    List.of(new Concurrency(KEY, new QuotaPolicy.Concurrency(PARTS, 100), slots)));
    private final OpenReservations open = new OpenReservations();
    private final Reservation reservation =
            new Reservation(new Part(path, taken(), Usage.ONE_REQUEST, null), open, 0, 0);
    private final AtomicInteger ends = new AtomicInteger();

    public ReservationRacesTest() {
        open.add(reservation);
    }

    @Operation
    public void grows() {
        @Nullable Object[] more = taken();
        if (!reservation.grow(path, more, Usage.ONE_REQUEST)) {
            new Part(path, more, Usage.ONE_REQUEST, null).release();
        }
    }

    @Operation
    public void isSettled() {
        end(reservation.settle(Usage.ONE_REQUEST));
    }

    @Operation
    public void isReleased() {
        end(reservation.release());
    }

    @Operation
    public void expires() {
        open.expire(0);
    }

    private void end(boolean first) {
        if (first) {
            ends.incrementAndGet();
        }
    }

    private @Nullable Object[] taken() {
        @Nullable Object[] taken = path.room();
        path.take(Usage.ONE_REQUEST, 0, taken);
        return taken;
    }

    @Validate
    public void eachPartComesBackOnce() {
        end(reservation.release());
        if (slots.taken() != 0 || ends.get() > 1 || open.size() != 0) {
            throw new IllegalStateException(
                    slots.taken() + " parts left, ended " + ends + ", open " + open.size());
        }
    }

    @Test
    void inEveryOrder() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(1)
                .iterations(15)
                .invocationsPerIteration(300)
                .check(ReservationRacesTest.class);
    }
}
