package io.weir.quota.schedule;

import java.time.DayOfWeek;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// Where and from which day on an account counts its days and weeks.
public record Calendar(ZoneId zone, DayOfWeek weekStart) {

    public static final Calendar UTC = new Calendar(ZoneOffset.UTC, DayOfWeek.MONDAY);
}
