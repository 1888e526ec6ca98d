package io.weir.quota.schedule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/// The calendar a quota renews by. In every zone the periods of a kind tile time without a gap or
/// an overlap: each ends where the next one's first day starts, whatever the clocks do that night.
public enum CalendarPeriod implements Renewal {
    DAILY {
        @Override
        LocalDate firstDay(LocalDate day, DayOfWeek weekStart) {
            return day;
        }

        @Override
        LocalDate next(LocalDate firstDay) {
            return firstDay.plusDays(1);
        }
    },
    WEEKLY {
        @Override
        LocalDate firstDay(LocalDate day, DayOfWeek weekStart) {
            return day.with(TemporalAdjusters.previousOrSame(weekStart));
        }

        @Override
        LocalDate next(LocalDate firstDay) {
            return firstDay.plusWeeks(1);
        }
    },
    MONTHLY {
        @Override
        LocalDate firstDay(LocalDate day, DayOfWeek weekStart) {
            return day.withDayOfMonth(1);
        }

        @Override
        LocalDate next(LocalDate firstDay) {
            return firstDay.plusMonths(1);
        }
    };

    public static CalendarPeriod of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// The period that holds `instant` on the calendar of `zone`, with weeks that start on Monday.
    public Period at(Instant instant, ZoneId zone) {
        return at(instant, new Calendar(zone, DayOfWeek.MONDAY));
    }

    @Override
    public Period at(Instant instant, Calendar calendar) {
        ZoneId zone = calendar.zone();
        LocalDate first = firstDay(instant.atZone(zone).toLocalDate(), calendar.weekStart());
        return new Period(startOf(first, zone), startOf(next(first), zone));
    }

    abstract LocalDate firstDay(LocalDate day, DayOfWeek weekStart);

    abstract LocalDate next(LocalDate firstDay);

    /// Where a day has no midnight, it starts at its first instant.
    private static Instant startOf(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }
}
