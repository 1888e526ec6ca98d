package io.weir.quota.schedule;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// When calls are allowed: on some weekdays, during some hours, in a zone.
///
/// What counts is what the clock on the wall shows. An hour that a night skips never comes, one
/// that it repeats comes twice. Hours that wrap midnight belong to the day they start on.
public record AccessWindow(ZoneId zone, Set<DayOfWeek> weekdays, Hours hours) {

    /// Longer than any clock change can keep a weekly window closed.
    private static final int DAYS_AHEAD = 22;

    public AccessWindow {
        if (weekdays.isEmpty()) {
            throw new IllegalArgumentException("A window needs a weekday");
        }
        weekdays = Set.copyOf(weekdays);
    }

    public boolean isOpen(Instant instant) {
        LocalDateTime shown = LocalDateTime.ofInstant(instant, zone);
        int second = shown.toLocalTime().toSecondOfDay();
        LocalDate day = shown.toLocalDate();
        int from = hours.from() * 60;
        int to = hours.to() * 60;
        if (!hours.wrapMidnight()) {
            return second >= from && second < to && weekdays.contains(day.getDayOfWeek());
        }
        return second >= from
                ? weekdays.contains(day.getDayOfWeek())
                : second < to && weekdays.contains(day.minusDays(1).getDayOfWeek());
    }

    /// The first instant from `instant` on at which it is open; nothing if there is none within
    /// three weeks, which no zone has brought about so far.
    public Optional<Instant> opens(Instant instant) {
        return isOpen(instant) ? Optional.of(instant) : changes(instant);
    }

    /// The first instant after `instant` at which it opens or closes, if it does within three
    /// weeks.
    public Optional<Instant> changes(Instant instant) {
        boolean open = isOpen(instant);
        return boundaries(instant).stream()
                .filter(boundary -> isOpen(boundary) != open)
                .findFirst();
    }

    /// Every instant after `from` at which something may change, in order.
    private TreeSet<Instant> boundaries(Instant from) {
        ZoneRules rules = zone.getRules();
        var boundaries = new TreeSet<Instant>();
        LocalDate first = LocalDate.ofInstant(from, zone).minusDays(1);
        for (int i = 0; i <= DAYS_AHEAD; i++) {
            LocalDate day = first.plusDays(i);
            add(boundaries, rules, day.atTime(at(hours.from())));
            add(
                    boundaries,
                    rules,
                    hours.to() == 24 * 60
                            ? day.plusDays(1).atStartOfDay()
                            : day.atTime(at(hours.to())));
            add(boundaries, rules, day.atStartOfDay());
        }
        Instant last = from.plus(Duration.ofDays(DAYS_AHEAD));
        for (ZoneOffsetTransition step = rules.nextTransition(from);
                step != null && step.getInstant().isBefore(last);
                step = rules.nextTransition(step.getInstant())) {
            boundaries.add(step.getInstant());
        }
        boundaries.headSet(from, true).clear();
        return boundaries;
    }

    /// A time that is skipped has no instant, one that is repeated has two.
    private static void add(TreeSet<Instant> boundaries, ZoneRules rules, LocalDateTime shown) {
        rules.getValidOffsets(shown).forEach(offset -> boundaries.add(shown.toInstant(offset)));
    }

    private static LocalTime at(int minutes) {
        return LocalTime.ofSecondOfDay(minutes * 60L);
    }
}
