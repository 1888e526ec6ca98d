package io.weir.quota.admission;

import static io.weir.quota.admission.World.quota;
import static io.weir.quota.admission.World.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReservationTest {

    final World world = new World();

    @BeforeEach
    void aQuotaOfAHundredTokensADay() {
        world.limits(world.key, quota("tokens", QuotaUnit.TOKENS, CalendarPeriod.DAILY, 100));
    }

    @Test
    void aStreamGrowsAsLongAsTheQuotaLasts() {
        Reservation stream = world.admitted(tokens(40));

        assertThat(grow(stream, 40)).isInstanceOf(Admitted.class);
        assertThat(grow(stream, 40)).isInstanceOf(Rejected.class);
        assertThat(stream.reserved()).isEqualTo(tokens(80));
        stream.settle(tokens(50));
        assertThat(world.used(world.key, "tokens")).isEqualTo(50);
        assertThat(world.ask(tokens(50))).isInstanceOf(Admitted.class);
    }

    @Test
    void whatIsUsedBeyondTheReservationIsCounted() {
        Reservation stream = world.admitted(tokens(40));
        assertThat(grow(stream, 10)).isInstanceOf(Admitted.class);
        stream.settle(tokens(130));

        assertThat(world.used(world.key, "tokens")).isEqualTo(130);
    }

    @Test
    void eachPartIsCountedInThePeriodOfItsAdmission() {
        Reservation stream = world.admitted(tokens(60));
        world.store.pass(Duration.ofDays(1));
        assertThat(grow(stream, 100)).isInstanceOf(Admitted.class);
        stream.settle(tokens(90));

        assertThat(world.ask(tokens(70))).isInstanceOf(Admitted.class);
        assertThat(world.ask(tokens(1))).isInstanceOf(Rejected.class);
    }

    @Test
    void whatHasEndedGrowsNoMore() {
        Reservation stream = world.admitted(tokens(40));
        stream.settle(tokens(40));

        assertThat(((Rejected) grow(stream, 10)).violations()).isEmpty();
        assertThat(world.ask(tokens(60))).isInstanceOf(Admitted.class);
    }

    @Test
    void oneThatNobodyEndsExpiresAndCountsOnlyIfItWasForwarded() {
        world.admitted(tokens(10)).forwarded();
        world.admitted(tokens(20));
        pass(World.LIFE);

        assertThat(world.admission.expire()).isEqualTo(2);
        assertThat(world.used(world.key, "tokens")).isEqualTo(10);
        assertThat(world.admission.openReservations()).isZero();
        assertThat(world.ask(tokens(90))).isInstanceOf(Admitted.class);
    }

    @Test
    void oneThatIsTouchedLives() {
        Reservation stream = world.admitted(tokens(10));
        for (int i = 0; i < 5; i++) {
            pass(World.LIFE.minusSeconds(1));
            stream.touch(world.store.nanoTime());
            assertThat(world.admission.expire()).isZero();
        }

        assertThat(stream.settle(tokens(10))).isTrue();
    }

    @Test
    void aNodeThatStopsEndsAllThatAreUnderWay() {
        world.admitted(tokens(10)).forwarded();
        world.admitted(tokens(20));

        assertThat(world.admission.expireAll()).isEqualTo(2);

        assertThat(world.used(world.key, "tokens")).isEqualTo(10);
        assertThat(world.admission.openReservations()).isZero();
    }

    @Test
    void whoeverHoldsItMaySayHowItExpires() {
        var expired = new AtomicInteger();
        Reservation stream = world.admitted(tokens(10));
        stream.whenExpired(
                () -> {
                    expired.incrementAndGet();
                    stream.settle(tokens(4));
                });
        pass(World.LIFE);
        world.admission.expire();
        world.admission.expire();

        assertThat(expired).hasValue(1);
        assertThat(world.used(world.key, "tokens")).isEqualTo(4);
    }

    private void pass(Duration time) {
        world.store.pass(time);
    }

    private AdmissionDecision grow(Reservation reservation, long tokens) {
        return java.util.Objects.requireNonNull(
                world.admission.grow(world.path, reservation, new Usage(0, tokens, 0)).block());
    }
}
