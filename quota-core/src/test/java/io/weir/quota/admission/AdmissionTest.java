package io.weir.quota.admission;

import static io.weir.quota.admission.World.monthly;
import static io.weir.quota.admission.World.quota;
import static io.weir.quota.admission.World.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Unmetered;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.Concurrency;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.AccessWindow;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Hours;
import io.weir.quota.schedule.Renewal;
import io.weir.quota.usage.Usage;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

    static final PolicyName TPM = new PolicyName("tpm");
    static final PolicyName RPM = new PolicyName("rpm");

    final World world = new World();

    @Test
    void whoeverIsRefusedByOneLimitConsumesNothingOfTheOthers() {
        world.limits(world.key, TokenBucket.perMinute(RPM, 100));
        world.limits(world.group, quota("group", QuotaUnit.REQUESTS, CalendarPeriod.DAILY, 3));
        world.limits(world.client, monthly(1_000));
        for (int i = 0; i < 3; i++) {
            world.admitted().settle(Usage.ONE_REQUEST);
        }
        for (int i = 0; i < 200; i++) {
            assertThat(world.refused().policy().value()).isEqualTo("group");
        }

        assertThat(world.used(world.client, "monthly")).isEqualTo(3);
        assertThat(world.admission.limits(world.path).getFirst().limit().remaining()).isEqualTo(97);
    }

    @Test
    void fiveHundredUnitsAtACostOfTenAreFiftyRequests() {
        world.limits(world.key, quota("tokens", QuotaUnit.TOKENS, CalendarPeriod.WEEKLY, 500));
        int admitted = 0;
        while (world.ask(tokens(10)) instanceof Admitted(var reservation, _)) {
            reservation.settle(tokens(10));
            admitted++;
        }

        assertThat(admitted).isEqualTo(50);
        assertThat(world.used(world.key, "tokens")).isEqualTo(500);
    }

    @Test
    void aCostOfSevenWithThreeLeftIsRefusedAndConsumesNothing() {
        world.limits(world.key, quota("tokens", QuotaUnit.TOKENS, CalendarPeriod.MONTHLY, 10));
        world.admitted(tokens(7)).settle(tokens(7));

        assertThat(world.refused(tokens(7)).cause()).isEqualTo(Cause.QUOTA);
        assertThat(world.ask(tokens(3))).isInstanceOf(Admitted.class);
    }

    @Test
    void tokensKnownOnlyAfterwardsPutTheBucketInDebtThatIsRepaidByTime() {
        world.limits(world.key, TokenBucket.perMinute(TPM, QuotaUnit.TOKENS, 600));
        world.admitted().settle(tokens(1_200));

        assertThat(world.refused().cause()).isEqualTo(Cause.RATE);
        world.store.pass(Duration.ofSeconds(59));
        assertThat(world.refused().policy()).isEqualTo(TPM);
        world.store.pass(Duration.ofSeconds(2));
        assertThat(world.ask()).isInstanceOf(Admitted.class);
    }

    @Test
    void tokensReservedButNotUsedReturnToTheBucket() {
        world.limits(world.key, TokenBucket.perMinute(TPM, QuotaUnit.TOKENS, 600));
        Reservation reservation = world.admitted(tokens(600));
        assertThat(world.refused(tokens(1)).cause()).isEqualTo(Cause.RATE);

        reservation.settle(tokens(100));
        assertThat(world.ask(tokens(500))).isInstanceOf(Admitted.class);
    }

    @Test
    void aSpentTokenQuotaRefusesAlsoWhatStatesNoTokens() {
        world.limits(world.key, quota("tokens", QuotaUnit.TOKENS, CalendarPeriod.DAILY, 5));
        world.admitted(tokens(5)).settle(tokens(5));

        assertThat(world.refused().policy().value()).isEqualTo("tokens");
    }

    @Test
    void aQuotaResetByHandStartsAnewWithEachReset() {
        var first = new Renewal.ByHand(World.at("2026-01-01T00:00:00Z"));
        world.limits(world.key, quota("tokens", QuotaUnit.TOKENS, first, 5));
        Reservation before = world.admitted(tokens(5));
        assertThat(world.refused(tokens(1)).cause()).isEqualTo(Cause.RESERVED);
        before.settle(tokens(5));
        assertThat(world.refused(tokens(1)).retryAfter()).isEmpty();

        var second = new Renewal.ByHand(World.at("2026-11-21T12:00:00Z"));
        world.limits(world.key, quota("tokens", QuotaUnit.TOKENS, second, 5));
        assertThat(world.ask(tokens(5))).isInstanceOf(Admitted.class);
    }

    @Test
    void aBalanceNeverRenewsAndWaitingDoesNotHelp() {
        var credit = new Usage(1, 0, 1_000_000_000);
        world.limits(
                world.key, quota("budget", QuotaUnit.CREDITS, new Renewal.Never(), 1_000_000_000));
        world.admitted(credit).settle(credit);

        assertThat(world.refused(credit).cause()).isEqualTo(Cause.BALANCE);
        assertThat(world.refused(credit).retryAfter()).isEmpty();
        world.store.pass(Duration.ofDays(4_000));
        assertThat(world.refused(credit).cause()).isEqualTo(Cause.BALANCE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000_003, 1_000_000_000_000_000L})
    void aBudgetForSevenWorstCasesAdmitsSevenOfTwentyStreamsHoweverLargeItIs(long worstCase) {
        world.limits(
                world.key, quota("budget", QuotaUnit.CREDITS, new Renewal.Never(), 7 * worstCase));
        List<Reservation> streams = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            if (world.ask(new Usage(1, 0, worstCase)) instanceof Admitted(var stream, _)) {
                streams.add(stream);
            }
        }

        assertThat(streams).hasSize(7);
        streams.forEach(stream -> stream.settle(new Usage(1, 0, worstCase)));
        assertThat(world.used(world.key, "budget")).isEqualTo(7 * worstCase);
    }

    @Test
    void slotsAreFreedHoweverARequestEnds() {
        world.limits(world.key, new Concurrency(new PolicyName("conc"), 2));
        Reservation served = world.admitted();
        Reservation released = world.admitted();
        assertThat(world.refused().cause()).isEqualTo(Cause.CONCURRENCY);

        served.settle(Usage.ONE_REQUEST);
        assertThat(served.settle(Usage.ONE_REQUEST)).isFalse();
        released.release();
        assertThat(released.release()).isFalse();
        world.admitted();
        world.admitted();
        assertThat(world.refused().cause()).isEqualTo(Cause.CONCURRENCY);
    }

    @Test
    void outsideItsWindowARequestIsToldWhenItOpens() {
        var weekdays = Set.of(DayOfWeek.SATURDAY);
        var window =
                new AccessWindow(
                        ZoneOffset.UTC, weekdays, Hours.parse("13:00-14:00").orElseThrow());
        world.limits(
                world.key,
                new QuotaPolicy.Access(new PolicyName("hours"), window, Enforcement.ENFORCE));

        assertThat(world.refused().cause()).isEqualTo(Cause.WINDOW);
        assertThat(world.refused().retryAfter()).contains(Duration.ofHours(1));
        world.store.pass(Duration.ofHours(1));
        Reservation stream = world.admitted();
        world.store.pass(Duration.ofHours(1));
        assertThat(world.refused().retryAfter()).contains(Duration.ofDays(7).minusHours(1));
        assertThat(world.admission.grow(world.path, stream, new Usage(0, 5, 0)).block())
                .isInstanceOf(Admitted.class);
    }

    @Test
    void aLimitInObserveModeRefusesNothingAndCountsWhatItWouldHaveRefused() {
        world.limits(
                world.key,
                quota(
                        "rpd",
                        QuotaUnit.REQUESTS,
                        CalendarPeriod.DAILY,
                        2,
                        Enforcement.OBSERVE,
                        FailureMode.CLOSED));
        int observed = 0;
        for (int i = 0; i < 5; i++) {
            var admitted = (Admitted) world.ask();
            admitted.reservation().settle(Usage.ONE_REQUEST);
            observed += admitted.observed().size();
        }

        assertThat(observed).isEqualTo(3);
    }

    @Test
    void aWindowInObserveModeCountsWhoComesOutsideOfIt() {
        var window = new AccessWindow(ZoneOffset.UTC, Set.of(DayOfWeek.SUNDAY), Hours.ALL_DAY);
        world.limits(
                world.key,
                new QuotaPolicy.Access(new PolicyName("hours"), window, Enforcement.OBSERVE));

        assertThat(((Admitted) world.ask()).observed()).containsExactly(new PolicyName("hours"));
    }

    @Test
    void whileTheStoreIsAwayAQuotaThatFailsOpenLetsThroughAndCountsLater() {
        world.limits(
                world.client,
                quota(
                        "monthly",
                        QuotaUnit.REQUESTS,
                        CalendarPeriod.MONTHLY,
                        1_000,
                        Enforcement.ENFORCE,
                        FailureMode.OPEN));
        world.admitted().settle(Usage.ONE_REQUEST);
        world.store.pass(Duration.ofSeconds(1));
        world.store.away(true);
        int unmetered = 0;
        for (int i = 0; i < 100; i++) {
            switch (world.ask()) {
                case Unmetered(var reservation, _) -> {
                    reservation.settle(Usage.ONE_REQUEST);
                    unmetered++;
                }
                case Admitted(var reservation, _) -> reservation.settle(Usage.ONE_REQUEST);
                default -> throw new AssertionError("It fails open");
            }
        }
        assertThat(unmetered).isPositive();

        world.store.away(false);
        world.store.pass(Duration.ofSeconds(1));
        assertThat(world.used(world.client, "monthly")).isEqualTo(101);
    }

    @Test
    void whileTheStoreIsAwayAQuotaThatFailsClosedIsOurFault() {
        world.limits(world.client, monthly(1_000));
        world.store.away(true);

        assertThat(world.ask()).isInstanceOf(StoreAway.class);
        assertThat(world.admission.openReservations()).isZero();
    }

    @Test
    void anAccountsDaysAreThoseOfItsZoneOnceThatChanges() {
        world.limits(world.key, quota("rpd", QuotaUnit.REQUESTS, CalendarPeriod.DAILY, 1));
        world.admitted().settle(Usage.ONE_REQUEST);
        assertThat(world.refused().retryAfter()).contains(Duration.ofHours(12));

        world.zone(world.client, "Asia/Kathmandu");
        world.admitted().settle(Usage.ONE_REQUEST);
        assertThat(world.refused().retryAfter()).contains(Duration.ofHours(6).plusMinutes(15));
    }

    @Test
    void ofSeveralRefusalsTheLongestWaitDecides() {
        world.limits(world.key, quota("rpd", QuotaUnit.REQUESTS, CalendarPeriod.DAILY, 1));
        world.limits(world.client, monthly(1));
        world.admitted().settle(Usage.ONE_REQUEST);

        var rejected = (Rejected) world.ask();
        assertThat(rejected.violations()).hasSize(2);
        assertThat(rejected.worst().policy().value()).isEqualTo("monthly");
    }
}
