package io.weir.quota.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.Replay.Batch;
import io.weir.quota.admission.Replay.Refusal;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.schedule.AccessWindow;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Hours;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Usage;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {

    static final Subject KEY = key(1);
    static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    static final Instant MIDNIGHT = Instant.parse("2026-03-29T00:00:00Z");

    @Test
    void aQuotaAdmitsAsManyOfABatchAsFitAndTheRestIsRefusedUntilThePeriodEnds() {
        var replay = new Replay(daily(100));

        assertThat(replay.next(batch(KEY, MIDNIGHT, 7, 10))).isEmpty();
        Refusal refusal = replay.next(batch(KEY, at("23:00"), 90, 10)).orElseThrow();

        assertThat(refusal.requests()).isEqualTo(87);
        assertThat(refusal.violation().cause()).isEqualTo(Cause.QUOTA);
        assertThat(refusal.violation().policy()).hasToString("rule-daily");
        assertThat(refusal.violation().retryAfter()).contains(Duration.ofHours(1));
        assertThat(replay.next(batch(KEY, at("24:00"), 10, 10))).isEmpty();
    }

    @Test
    void whatIsTooDearForWhatIsLeftIsRefusedAndWhatIsNotIsAdmitted() {
        var replay = new Replay(daily(10));
        replay.next(batch(KEY, MIDNIGHT, 1, 7));

        assertThat(replay.next(batch(KEY, at("01:00"), 1, 4)).orElseThrow().requests())
                .isEqualTo(1);
        assertThat(replay.next(batch(KEY, at("02:00"), 1, 3))).isEmpty();
        assertThat(replay.next(batch(KEY, at("03:00"), 5, 0)).orElseThrow().requests())
                .isEqualTo(5);
    }

    @Test
    void eachKeyHasACounterOfItsOwn() {
        var replay = new Replay(daily(10));
        replay.next(batch(KEY, MIDNIGHT, 1, 10));

        assertThat(replay.next(batch(KEY, MIDNIGHT, 1, 1))).isPresent();
        assertThat(replay.next(batch(key(2), MIDNIGHT, 1, 10))).isEmpty();
        assertThat(replay.keys()).isEqualTo(2);
    }

    @Test
    void outsideTheWindowAllIsRefusedUntilItOpensAndNothingIsCounted() {
        var weekdays = EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);
        var office = new AccessWindow(BERLIN, weekdays, new Hours(8 * 60, 20 * 60));
        var replay = new Replay(rule(Optional.of(10L), Optional.of(office), true));
        Instant sunday = at("12:00");
        Refusal refusal = replay.next(batch(KEY, sunday, 1_000, 10)).orElseThrow();

        assertThat(refusal.requests()).isEqualTo(1_000);
        assertThat(refusal.violation().cause()).isEqualTo(Cause.WINDOW);
        assertThat(sunday.plus(refusal.violation().retryAfter().orElseThrow()))
                .isEqualTo("2026-03-30T06:00:00Z");
        assertThat(replay.next(batch(KEY, at("30:00"), 1, 10))).isEmpty();
    }

    /// The night of the change has 23 hours there.
    @Test
    void daysAreThoseOfTheAccount() {
        var replay = new Replay(daily(10));
        Refusal refusal = replay.next(batch(KEY, MIDNIGHT, 2, 10)).orElseThrow();

        assertThat(refusal.violation().retryAfter()).contains(Duration.ofHours(24));
        replay = new Replay(daily(10));
        var berlin = new Calendar(BERLIN, DayOfWeek.MONDAY);
        refusal =
                replay.next(new Batch(KEY, berlin, MIDNIGHT, 2, new Usage(1, 0, 10))).orElseThrow();
        assertThat(refusal.violation().retryAfter()).contains(Duration.ofHours(22));
    }

    @Test
    void aRuleThatIsDisabledOrObservesIsRunAsIfItWereInForce() {
        var replay = new Replay(rule(Optional.of(0L), Optional.empty(), false));

        assertThat(replay.next(batch(KEY, MIDNIGHT, 3, 1)).orElseThrow().requests()).isEqualTo(3);
    }

    @Test
    void amountsBeyondEveryNumberAreRefused() {
        var replay = new Replay(daily(Long.MAX_VALUE));
        var most = batch(KEY, MIDNIGHT, Long.MAX_VALUE, Long.MAX_VALUE);

        assertThat(replay.next(most).orElseThrow().requests()).isEqualTo(Long.MAX_VALUE - 1);
    }

    /// The same requests, one by one, at a gateway on a clock that is moved by hand.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aReplayRefusesWhatAGatewayRefuses(long seed) {
        var random = new Random(seed);
        long credits = random.nextLong(200);
        var world = new World();
        var node = new RuleNode(UUID.randomUUID());
        world.rule(world.key, node);
        world.rule(node, true, Enforcement.ENFORCE, credits);
        var replay = new Replay(daily(credits));

        for (int i = 0; i < 200; i++) {
            world.store.pass(Duration.ofMinutes(random.nextInt(60)));
            var batch = batch(KEY, world.store.now(), random.nextInt(8) + 1, random.nextInt(20));
            long refused = replay.next(batch).map(Refusal::requests).orElse(0L);

            assertThat(refused).as("batch %d", i).isEqualTo(refused(world, batch));
        }
    }

    private static long refused(World world, Batch batch) {
        long refused = 0;
        for (int i = 0; i < batch.requests(); i++) {
            switch (world.ask(batch.each())) {
                case Admitted(var reservation, _) -> reservation.settle(batch.each());
                case Rejected _ -> refused++;
                default -> throw new AssertionError("Neither admitted nor rejected");
            }
        }
        return refused;
    }

    private static RuleSettings daily(long credits) {
        return rule(Optional.of(credits), Optional.empty(), true);
    }

    private static RuleSettings rule(
            Optional<Long> credits, Optional<AccessWindow> window, boolean inForce) {
        return new RuleSettings(
                0,
                UUID.randomUUID(),
                inForce,
                inForce ? Enforcement.ENFORCE : Enforcement.OBSERVE,
                credits.map(limit -> new RuleSettings.Credits(CalendarPeriod.DAILY, limit)),
                window);
    }

    private static Batch batch(Subject key, Instant at, long requests, long credits) {
        return new Batch(key, Calendar.UTC, at, requests, new Usage(1, 0, credits));
    }

    /// Hours after midnight, be they more than a day.
    private static Instant at(String time) {
        String[] parts = time.split(":", 2);
        return MIDNIGHT.plus(Duration.ofHours(Long.parseLong(parts[0])))
                .plus(Duration.ofMinutes(Long.parseLong(parts[1])));
    }

    private static Subject key(long id) {
        return new Subject(SubjectKind.KEY, new UUID(0, id));
    }
}
