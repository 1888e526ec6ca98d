package io.weir.quota.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarPeriodTest {

    static final Instant FROM = Instant.parse("2017-12-31T23:30:00Z");
    static final Instant TO = Instant.parse("2028-03-02T00:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin",
                "America/New_York",
                "America/Sao_Paulo",
                "Australia/Lord_Howe",
                "Asia/Kathmandu",
                "Asia/Shanghai",
                "UTC+8",
                "UTC"
            })
    void periodsTileTenYearsWithNoGapAndNoOverlap(String name) {
        ZoneId zone = Zones.parse(name).orElseThrow();
        for (CalendarPeriod calendar : CalendarPeriod.values()) {
            Period period = calendar.at(FROM, zone);
            assertThat(period.contains(FROM)).isTrue();
            while (period.ends().isBefore(TO)) {
                assertThat(calendar.at(period.ends().minusNanos(1), zone)).isEqualTo(period);
                Period next = calendar.at(period.ends(), zone);
                assertThat(next.starts()).isEqualTo(period.ends());
                period = next;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin,       2026-03-29T10:00:00Z, 2026-03-28T23:00:00Z, 23:00",
        "Europe/Berlin,       2026-10-25T10:00:00Z, 2026-10-24T22:00:00Z, 25:00",
        "America/New_York,    2026-03-08T10:00:00Z, 2026-03-08T05:00:00Z, 23:00",
        "America/Sao_Paulo,   2018-11-04T10:00:00Z, 2018-11-04T03:00:00Z, 23:00",
        "Australia/Lord_Howe, 2026-10-04T02:00:00Z, 2026-10-03T13:30:00Z, 23:30",
        "Asia/Shanghai,       2026-03-29T10:00:00Z, 2026-03-28T16:00:00Z, 24:00"
    })
    void aDayIsAsLongAsItsClocksMakeIt(String zone, Instant at, Instant starts, String length) {
        Period day = CalendarPeriod.DAILY.at(at, ZoneId.of(zone));

        assertThat(day.starts()).isEqualTo(starts);
        String[] parts = length.split(":");
        assertThat(Duration.between(day.starts(), day.ends()))
                .isEqualTo(
                        Duration.ofMinutes(
                                60 * Long.parseLong(parts[0]) + Long.parseLong(parts[1])));
    }

    @Test
    void februaryHasItsTwentyNinth() {
        Period month =
                CalendarPeriod.MONTHLY.at(Instant.parse("2028-02-29T23:59:59Z"), ZoneId.of("UTC"));

        assertThat(month.ends()).isEqualTo(Instant.parse("2028-03-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "UTC+8, 2026-03-31T16:00:00Z",
        "UTC-03:30, 2026-04-01T03:30:00Z",
        "+05:45, 2026-03-31T18:15:00Z",
        "GMT+0530, 2026-03-31T18:30:00Z",
        "Asia/Shanghai, 2026-03-31T16:00:00Z"
    })
    void zonesAreNamesOrFixedOffsets(String zone, Instant aprilStarts) {
        assertThat(
                        CalendarPeriod.MONTHLY
                                .at(
                                        Instant.parse("2026-04-10T00:00:00Z"),
                                        Zones.parse(zone).orElseThrow())
                                .starts())
                .isEqualTo(aprilStarts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mars/Olympus", "UTC+19", "UTC+8:75", "utc", "+", "Europe/berlin"})
    void anythingElseIsNoZone(String text) {
        assertThat(Zones.parse(text)).isEmpty();
    }
}
