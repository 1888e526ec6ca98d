package io.weir.quota.schedule;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A half-open stretch of a day by the clock on the wall, which may wrap midnight.
///
/// @param from minutes since midnight, 0 to 1,439
/// @param to minutes since midnight, 0 to 1,440, never the same as `from`
public record Hours(int from, int to) {

    public static final Hours ALL_DAY = new Hours(0, 24 * 60);

    private static final Pattern FORM =
            Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)-([01]\\d|2[0-4]):([0-5]\\d)");
    private static final int MIDNIGHT = 24 * 60;

    public Hours {
        if (from < 0 || from >= MIDNIGHT || to < 0 || to > MIDNIGHT || from == to) {
            throw new IllegalArgumentException("No hours from " + from + " to " + to);
        }
    }

    /// Hours written as `HH:MM-HH:MM`, or nothing if they are none; `24:00` is an end.
    public static Optional<Hours> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        int from = minutes(form.group(1), form.group(2));
        int to = minutes(form.group(3), form.group(4));
        return to > MIDNIGHT || from == to ? Optional.empty() : Optional.of(new Hours(from, to));
    }

    public boolean wrapMidnight() {
        return to < from;
    }

    private static int minutes(String hours, String minutes) {
        return Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
    }

    @Override
    public String toString() {
        return "%02d:%02d-%02d:%02d".formatted(from / 60, from % 60, to / 60, to % 60);
    }
}
