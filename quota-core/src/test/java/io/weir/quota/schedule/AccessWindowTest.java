package io.weir.quota.schedule;

import static java.time.DayOfWeek.FRIDAY;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessWindowTest {

    static final Set<DayOfWeek> EVERY_DAY = EnumSet.allOf(DayOfWeek.class);
    static final String BERLIN = "Europe/Berlin";

    @Test
    void hoursAreHalfOpen() {
        AccessWindow window = window(BERLIN, EVERY_DAY, "08:00-20:00");

        assertThat(window.isOpen(at(BERLIN, "2026-11-20T07:59:59"))).isFalse();
        assertThat(window.isOpen(at(BERLIN, "2026-11-20T08:00:00"))).isTrue();
        assertThat(window.isOpen(at(BERLIN, "2026-11-20T19:59:59"))).isTrue();
        assertThat(window.isOpen(at(BERLIN, "2026-11-20T20:00:00"))).isFalse();
        assertThat(window.opens(at(BERLIN, "2026-11-20T20:00:00")))
                .contains(at(BERLIN, "2026-11-21T08:00:00"));
    }

    @Test
    void hoursThatWrapMidnightBelongToTheDayTheyStartOn() {
        AccessWindow window = window(BERLIN, Set.of(FRIDAY), "22:00-06:00");

        assertThat(window.isOpen(at(BERLIN, "2026-11-20T21:59:59"))).isFalse();
        assertThat(window.isOpen(at(BERLIN, "2026-11-20T23:00:00"))).isTrue();
        assertThat(window.isOpen(at(BERLIN, "2026-11-21T05:59:59"))).isTrue();
        assertThat(window.isOpen(at(BERLIN, "2026-11-21T06:00:00"))).isFalse();
        assertThat(window.isOpen(at(BERLIN, "2026-11-20T05:00:00"))).isFalse();
        assertThat(window.opens(at(BERLIN, "2026-11-21T06:00:00")))
                .contains(at(BERLIN, "2026-11-27T22:00:00"));
    }

    @Test
    void anEndOfTwentyFourHoursIsMidnight() {
        AccessWindow window = window(BERLIN, Set.of(SATURDAY, SUNDAY), "00:00-24:00");

        assertThat(window.changes(at(BERLIN, "2026-11-21T12:00:00")))
                .contains(at(BERLIN, "2026-11-23T00:00:00"));
    }

    @Test
    void aNightOf25HoursIsOpenAnHourLongerAndOneOf23HoursAnHourLess() {
        AccessWindow nights = window(BERLIN, EVERY_DAY, "22:00-06:00");

        assertThat(length(nights, at(BERLIN, "2026-10-24T22:00:00"))).isEqualTo(hours(9));
        assertThat(length(nights, at(BERLIN, "2026-03-28T22:00:00"))).isEqualTo(hours(7));
        assertThat(length(nights, at(BERLIN, "2026-11-20T22:00:00"))).isEqualTo(hours(8));
    }

    @Test
    void hoursThatANightSkipsNeverCome() {
        AccessWindow skipped = window(BERLIN, Set.of(SUNDAY), "02:00-03:00");

        assertThat(skipped.opens(at(BERLIN, "2026-03-28T12:00:00")))
                .contains(at(BERLIN, "2026-04-05T02:00:00"));
    }

    @Test
    void hoursThatStartWhereANightSkipsOpenAtTheNextInstant() {
        AccessWindow window = window(BERLIN, EVERY_DAY, "02:30-06:00");

        assertThat(window.opens(at(BERLIN, "2026-03-29T00:00:00")))
                .contains(Instant.parse("2026-03-29T01:00:00Z"));
    }

    @Test
    void aDayWithoutMidnightOpensAtItsFirstInstant() {
        AccessWindow window = window("America/Sao_Paulo", Set.of(SUNDAY), "00:00-24:00");

        assertThat(window.opens(Instant.parse("2018-11-03T12:00:00Z")))
                .contains(Instant.parse("2018-11-04T03:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin",
                "America/New_York",
                "Australia/Lord_Howe",
                "Asia/Kathmandu",
                "America/Sao_Paulo",
                "UTC+8"
            })
    void itChangesJustWhereItSaysItDoes(String zone) {
        long seed = Long.getLong("weir.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            AccessWindow window = anyWindow(random, zone);
            Instant now = Instant.ofEpochSecond(1_500_000_000L + random.nextInt(400_000_000));
            Instant change = window.changes(now).orElse(now.plus(Duration.ofDays(21)));
            boolean open = window.isOpen(now);
            String what = "seed %d: %s at %s".formatted(seed, window, now);

            assertThat(window.isOpen(change.minusMillis(1))).as(what).isEqualTo(open);
            for (int j = 0; j < 20; j++) {
                long between = Duration.between(now, change).toMillis();
                Instant instant = now.plusMillis(random.nextLong(Math.max(1, between)));
                assertThat(window.isOpen(instant)).as(what).isEqualTo(open);
            }
            window.changes(now)
                    .ifPresent(at -> assertThat(window.isOpen(at)).as(what).isNotEqualTo(open));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8:00-20:00",
                "08:00-08:00",
                "08:00",
                "08:60-09:00",
                "09:00-24:01",
                "24:00-08:00"
            })
    void whatIsNoHoursIsNotTaken(String text) {
        assertThat(Hours.parse(text)).isEmpty();
    }

    private static AccessWindow anyWindow(Random random, String zone) {
        Set<DayOfWeek> days = EnumSet.of(MONDAY.plus(random.nextInt(7)));
        for (int i = 0; i < random.nextInt(7); i++) {
            days.add(MONDAY.plus(random.nextInt(7)));
        }
        int from = random.nextInt(1_440);
        int to = (from + 1 + random.nextInt(1_438)) % 1_440;
        return new AccessWindow(Zones.parse(zone).orElseThrow(), days, new Hours(from, to));
    }

    private static Duration length(AccessWindow window, Instant opening) {
        return Duration.between(opening, window.changes(opening).orElseThrow());
    }

    private static Duration hours(long hours) {
        return Duration.ofHours(hours);
    }

    private static AccessWindow window(String zone, Set<DayOfWeek> days, String hours) {
        return new AccessWindow(ZoneId.of(zone), days, Hours.parse(hours).orElseThrow());
    }

    private static Instant at(String zone, String local) {
        return LocalDateTime.parse(local).atZone(ZoneId.of(zone)).toInstant();
    }
}
