package io.weir.admin.quota;

import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.Zones;
import java.time.DayOfWeek;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/// Calendars as they are stored, and weekdays as they are written.
public final class Calendars {

    /// In the order of the week.
    public static final List<String> WEEKDAYS =
            List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private Calendars() {}

    /// What is stored was once accepted.
    public static Calendar of(String timeZone, String weekStart) {
        return new Calendar(Zones.parse(timeZone).orElse(ZoneOffset.UTC), weekday(weekStart));
    }

    public static DayOfWeek weekday(String word) {
        return DayOfWeek.of(WEEKDAYS.indexOf(word.toLowerCase(Locale.ROOT)) + 1);
    }
}
