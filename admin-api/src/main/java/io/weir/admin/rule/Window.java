package io.weir.admin.rule;

import io.weir.admin.quota.Calendars;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.quota.schedule.AccessWindow;
import io.weir.quota.schedule.Hours;
import io.weir.quota.schedule.Zones;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// When calls are allowed, as it is stated.
///
/// @param weekdays in the order of the week
/// @param hours `HH:MM-HH:MM`, null for the whole day
record Window(String timeZone, List<String> weekdays, @Nullable String hours) {

    private static final int HOURS_LENGTH = 11;

    Window {
        weekdays = Calendars.WEEKDAYS.stream().filter(weekdays::contains).toList();
    }

    static Window read(Body body, @Nullable Window now) {
        var window =
                new Window(
                        body.required("time_zone", Form.zone(), now == null ? null : now.timeZone),
                        body.list(
                                "weekdays",
                                Form.oneOf(Calendars.WEEKDAYS),
                                Calendars.WEEKDAYS.size(),
                                now == null ? Calendars.WEEKDAYS : now.weekdays),
                        body.nullable(
                                "hours",
                                Form.text(HOURS_LENGTH)
                                        .matching(
                                                "hours",
                                                "This must be HH:MM-HH:MM, its start and end not the same.",
                                                hours -> Hours.parse(hours).isPresent()),
                                now == null ? null : now.hours));
        body.nothingElse();
        return window;
    }

    /// As the gateways read it.
    AccessWindow access() {
        return new AccessWindow(
                Zones.parse(timeZone).orElseThrow(),
                weekdays.stream().map(Calendars::weekday).collect(Collectors.toSet()),
                hours == null ? Hours.ALL_DAY : Hours.parse(hours).orElseThrow());
    }

    /// In words: `Mon-Fri 08:00-20:00 (Europe/Berlin)`.
    String text() {
        return "%s %s (%s)"
                .formatted(days(), Objects.requireNonNullElse(hours, "all day"), timeZone);
    }

    /// Days in a row are told by the first and the last.
    private String days() {
        if (weekdays.size() == Calendars.WEEKDAYS.size()) {
            return "Every day";
        }
        List<String> rows = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < weekdays.size(); i++) {
            boolean last = i + 1 == weekdays.size() || number(i + 1) != number(i) + 1;
            if (last) {
                rows.add(row(first, i));
                first = i + 1;
            }
        }
        return String.join(", ", rows);
    }

    private String row(int first, int last) {
        String from = named(weekdays.get(first));
        String to = named(weekdays.get(last));
        return switch (last - first) {
            case 0 -> from;
            case 1 -> from + ", " + to;
            default -> from + "-" + to;
        };
    }

    private int number(int index) {
        return Calendars.WEEKDAYS.indexOf(weekdays.get(index));
    }

    private static String named(String weekday) {
        return weekday.substring(0, 1).toUpperCase(Locale.ROOT) + weekday.substring(1);
    }
}
