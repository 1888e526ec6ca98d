package io.weir.admin.usage;

import io.weir.admin.wire.Query;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Whose usage is asked for, when, and how it is to be told apart.
///
/// @param subject null for everybody's
/// @param from a whole minute
record Question(
        @Nullable Subject subject,
        Instant from,
        Instant to,
        Granularity granularity,
        Set<Group> groups) {

    private static final Duration USUAL = Duration.ofHours(24);

    static Question read(Query query, Clock clock) {
        Subject subject = subject(query);
        Instant to = query.instant("to");
        Instant from = query.instant("from");
        String word = query.oneOf("granularity", Granularity.words());
        Set<Group> groups = groups(query);
        Granularity granularity = word == null ? Granularity.HOUR : Granularity.of(word);
        Instant end = to == null ? clock.instant() : to;
        Instant start = (from == null ? end.minus(USUAL) : from).truncatedTo(ChronoUnit.MINUTES);
        if (!start.isBefore(end)) {
            query.violates("from", "range", "This must be before the end.");
        } else if (Duration.between(start, end).compareTo(granularity.longest()) > 0) {
            query.violates(
                    "from",
                    "range",
                    "By %s, at most %d days are told at once."
                            .formatted(granularity.word(), granularity.longest().toDays()));
        }
        query.nothingElse();
        return new Question(subject, start, end, granularity, groups);
    }

    /// Everybody's usage is, for a reseller, its own.
    Question by(@Nullable UUID reseller) {
        return subject == null && reseller != null
                ? new Question(
                        new Subject(SubjectKind.RESELLER, reseller), from, to, granularity, groups)
                : this;
    }

    private static @Nullable Subject subject(Query query) {
        String text = query.text("subject");
        if (text == null) {
            return null;
        }
        var subject = Subject.parse(text);
        if (subject.isEmpty()) {
            query.violates(
                    "subject", "id", "This must be the id of a key, group, client or reseller.");
        }
        return subject.orElse(null);
    }

    private static Set<Group> groups(Query query) {
        String text = query.text("group_by");
        Set<Group> groups = EnumSet.noneOf(Group.class);
        if (text == null) {
            return groups;
        }
        for (String word : text.split(",", -1)) {
            if (!Group.words().contains(word)) {
                query.violates(
                        "group_by",
                        "unknown-value",
                        "This must be some of " + String.join(",", Group.words()) + ".");
                break;
            }
            groups.add(Group.of(word));
        }
        return groups;
    }
}
