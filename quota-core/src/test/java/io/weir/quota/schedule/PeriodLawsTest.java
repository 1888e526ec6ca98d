package io.weir.quota.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// What holds for the periods of every calendar, at instants drawn from a seed that is printed.
class PeriodLawsTest {

    static final List<String> ZONES =
            List.of(
                    "Europe/Berlin",
                    "America/New_York",
                    "America/Sao_Paulo",
                    "Australia/Lord_Howe",
                    "Asia/Kathmandu",
                    "Asia/Shanghai",
                    "Pacific/Apia",
                    "Africa/Casablanca",
                    "UTC+8",
                    "-03:30",
                    "UTC");
    private static final Instant FROM = Instant.parse("2017-12-31T23:30:00Z");
    private static final Instant TO = Instant.parse("2028-03-02T00:00:00Z");
    private static final Duration LONGEST_STEP = Duration.ofDays(1);

    @ParameterizedTest
    @FieldSource("ZONES")
    void weeksTileTenYearsWhateverDayTheyStartOn(String name) {
        for (DayOfWeek weekStart : DayOfWeek.values()) {
            var calendar = new Calendar(zone(name), weekStart);
            Period week = CalendarPeriod.WEEKLY.at(FROM, calendar);
            while (week.ends().isBefore(TO)) {
                assertThat(week.starts().atZone(calendar.zone()).getDayOfWeek())
                        .isEqualTo(weekStart);
                assertThat(CalendarPeriod.WEEKLY.at(week.ends().minusNanos(1), calendar))
                        .isEqualTo(week);
                Period next = CalendarPeriod.WEEKLY.at(week.ends(), calendar);
                assertThat(next.starts()).isEqualTo(week.ends());
                week = next;
            }
        }
    }

    @ParameterizedTest
    @FieldSource("ZONES")
    void everyInstantIsInOnePeriodWhicheverOfItsInstantsIsAsked(String name) {
        forEverySeed(
                (random, seed) -> {
                    Calendar calendar = calendar(name, random);
                    Instant instant = instant(random);
                    for (CalendarPeriod kind : CalendarPeriod.values()) {
                        Period period = kind.at(instant, calendar);
                        Instant other = between(period.starts(), period.ends(), random);
                        assertThat(period.contains(instant)).as("seed %d", seed).isTrue();
                        assertThat(kind.at(other, calendar)).as("seed %d", seed).isEqualTo(period);
                    }
                });
    }

    @ParameterizedTest
    @FieldSource("ZONES")
    void aClockThatIsSetBackFindsThePeriodsItHadSeen(String name) {
        forEverySeed(
                (random, seed) -> {
                    Calendar calendar = calendar(name, random);
                    Instant before = instant(random);
                    Instant after = before.plusSeconds(random.nextLong(LONGEST_STEP.toSeconds()));
                    for (CalendarPeriod kind : CalendarPeriod.values()) {
                        Period seen = kind.at(before, calendar);
                        Period next = kind.at(after, calendar);
                        assertThat(seen.equals(next) || !seen.ends().isAfter(next.starts()))
                                .as("seed %d", seed)
                                .isTrue();
                        assertThat(kind.at(before, calendar)).as("seed %d", seed).isEqualTo(seen);
                    }
                });
    }

    @ParameterizedTest
    @FieldSource("ZONES")
    void aDayIsOneDateAndAMonthOneMonth(String name) {
        forEverySeed(
                (random, seed) -> {
                    Calendar calendar = calendar(name, random);
                    Instant instant = instant(random);
                    ZonedDateTime there = instant.atZone(calendar.zone());
                    Period day = CalendarPeriod.DAILY.at(instant, calendar);
                    Period month = CalendarPeriod.MONTHLY.at(instant, calendar);
                    assertThat(day.starts().atZone(calendar.zone()).toLocalDate())
                            .as("seed %d", seed)
                            .isEqualTo(there.toLocalDate());
                    assertThat(month.starts().atZone(calendar.zone()).toLocalDate())
                            .as("seed %d", seed)
                            .isEqualTo(there.toLocalDate().withDayOfMonth(1));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T23:59:59Z, 2026-02-01T00:00:00Z",
        "2027-02-28T23:59:59Z, 2027-03-01T00:00:00Z",
        "2028-02-28T23:59:59Z, 2028-03-01T00:00:00Z",
        "2026-04-30T00:00:00Z, 2026-05-01T00:00:00Z",
        "2026-12-31T23:59:59Z, 2027-01-01T00:00:00Z"
    })
    void aMonthEndsWithItsLastDay(Instant at, Instant ends) {
        assertThat(CalendarPeriod.MONTHLY.at(at, Calendar.UTC).ends()).isEqualTo(ends);
    }

    @Test
    void theDayThatSamoaSkippedIsNoPeriod() {
        ZoneId apia = zone("Pacific/Apia");
        Period thursday = CalendarPeriod.DAILY.at(Instant.parse("2011-12-30T09:59:59Z"), apia);

        assertThat(thursday.ends()).isEqualTo(Instant.parse("2011-12-30T10:00:00Z"));
        assertThat(CalendarPeriod.DAILY.at(thursday.ends(), apia).starts())
                .isEqualTo(thursday.ends());
    }

    private interface Law {

        void holds(Random random, long seed);
    }

    private static void forEverySeed(Law law) {
        for (long seed = 0; seed < 1_000; seed++) {
            law.holds(new Random(seed), seed);
        }
    }

    private static Calendar calendar(String zone, Random random) {
        return new Calendar(zone(zone), DayOfWeek.of(1 + random.nextInt(7)));
    }

    private static ZoneId zone(String name) {
        return Zones.parse(name).orElseThrow();
    }

    private static Instant instant(Random random) {
        return between(FROM, TO, random);
    }

    private static Instant between(Instant from, Instant to, Random random) {
        return from.plusSeconds(random.nextLong(Duration.between(from, to).toSeconds()));
    }
}
