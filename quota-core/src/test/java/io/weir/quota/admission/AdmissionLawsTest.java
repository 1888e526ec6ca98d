package io.weir.quota.admission;

import static io.weir.quota.admission.World.quota;
import static io.weir.quota.admission.World.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Period;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What holds for every sequence of requests, drawn from a seed that is printed.
class AdmissionLawsTest {

    private static final int SEEDS = 200;
    private static final int STEPS = 60;

    @Test
    void aCounterIsTheSumOfWhatWasSettled() {
        forEverySeed(
                (world, random, seed) -> {
                    long settled = 0;
                    List<Reservation> open = new ArrayList<>();
                    for (int i = 0; i < STEPS; i++) {
                        if (world.ask(cost(random)) instanceof Admitted admitted) {
                            open.add(admitted.reservation());
                        }
                        if (random.nextBoolean() && !open.isEmpty()) {
                            Reservation one = open.remove(random.nextInt(open.size()));
                            settled += end(one, random);
                        }
                    }
                    for (Reservation one : open) {
                        settled += end(one, random);
                    }
                    assertThat(world.used(world.key, "daily"))
                            .as("seed %d", seed)
                            .isEqualTo(settled);
                    assertThat(world.used(world.client, "all"))
                            .as("seed %d", seed)
                            .isEqualTo(settled);
                });
    }

    @Test
    void aRefusedRequestChangesNoCounter() {
        forEverySeed(
                (world, random, seed) -> {
                    for (int i = 0; i < STEPS; i++) {
                        Usage cost = cost(random);
                        List<Long> before = reservedAndUsed(world);
                        if (world.ask(cost) instanceof Admitted admitted) {
                            if (random.nextBoolean()) {
                                end(admitted.reservation(), random);
                            }
                        } else {
                            assertThat(reservedAndUsed(world))
                                    .as("seed %d", seed)
                                    .isEqualTo(before);
                        }
                    }
                });
    }

    @Test
    void whatIsTakenInPiecesCostsTheSame() {
        forEverySeed(
                (world, random, seed) -> {
                    var atOnce = new World();
                    limits(atOnce, new Random(seed));
                    long whole = 2 + random.nextLong(30);
                    boolean fits = atOnce.ask(tokens(whole)) instanceof Admitted;
                    Reservation growing =
                            world.ask(tokens(1)) instanceof Admitted first
                                    ? first.reservation()
                                    : null;
                    long taken = growing == null ? 0 : 1;
                    while (growing != null && taken < whole) {
                        long more = 1 + random.nextLong(whole - taken);
                        var grown =
                                world.admission.grow(world.path, growing, new Usage(0, more, 0));
                        if (!(grown.block() instanceof Admitted)) {
                            break;
                        }
                        taken += more;
                    }
                    assertThat(taken == whole).as("seed %d", seed).isEqualTo(fits);
                });
    }

    @Test
    void timeNeverYieldsMoreThanTheLimitOfAPeriod() {
        forEverySeed(
                (world, random, seed) -> {
                    Map<Period, Long> days = new HashMap<>();
                    for (int i = 0; i < STEPS; i++) {
                        Usage cost = cost(random);
                        var day = CalendarPeriod.DAILY.at(world.clock.instant(), Calendar.UTC);
                        if (world.ask(cost) instanceof Admitted admitted) {
                            admitted.reservation().settle(cost);
                            days.merge(day, cost.tokens(), Long::sum);
                        }
                        world.store.pass(Duration.ofMinutes(random.nextInt(600)));
                    }
                    long limit = limit(new Random(seed));
                    assertThat(days.values()).as("seed %d", seed).allMatch(units -> units <= limit);
                });
    }

    private interface Law {

        void holds(World world, Random random, long seed);
    }

    private static void forEverySeed(Law law) {
        for (long seed = 0; seed < SEEDS; seed++) {
            var world = new World();
            limits(world, new Random(seed));
            law.holds(world, new Random(seed), seed);
        }
    }

    private static long limit(Random random) {
        return 1 + random.nextLong(40);
    }

    private static void limits(World world, Random random) {
        world.limits(
                world.key, quota("daily", QuotaUnit.TOKENS, CalendarPeriod.DAILY, limit(random)));
        world.limits(
                world.client,
                quota("all", QuotaUnit.TOKENS, CalendarPeriod.MONTHLY, 1 + random.nextLong(200)));
    }

    private static Usage cost(Random random) {
        return tokens(1 + random.nextLong(8));
    }

    /// Ends it one way or another; answers what it used.
    private static long end(Reservation reservation, Random random) {
        long reserved = reservation.reserved().tokens();
        long used = random.nextLong(reserved + 3);
        if (used == 0) {
            reservation.release();
        } else {
            reservation.settle(tokens(used));
        }
        return used;
    }

    private static List<Long> reservedAndUsed(World world) {
        return Objects.requireNonNull(world.admission.freshLimits(world.path).block()).stream()
                .map(state -> state.limit().used() + state.limit().reserved())
                .toList();
    }
}
