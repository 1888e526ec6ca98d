package io.weir.admin.usage;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What the gateways booked, minute by minute.
@Component
class Rollups {

    private final DatabaseClient database;

    Rollups(DatabaseClient database) {
        this.database = database;
    }

    Mono<List<Usage.Item>> sums(Question question, int most) {
        UUID subject = question.subject() == null ? null : question.subject().id();
        return database.sql(statement(question))
                .bind(0, Values.utc(question.from()))
                .bind(1, Values.utc(question.to()))
                .bind(2, Values.orNull(UUID.class, subject))
                .bind(3, most)
                .map(row -> item(row, question))
                .all()
                .collectList();
    }

    /// The lists are of columns named by [Group], never of anything a caller wrote.
    private static String statement(Question question) {
        String columns =
                question.groups().stream()
                        .map(group -> ", " + group.column())
                        .collect(Collectors.joining());
        return """
        SELECT date_trunc('%1$s', minute, 'UTC') AS start%2$s,
               coalesce(sum(requests) FILTER (WHERE outcome = 'served'), 0)::bigint AS served,
               coalesce(sum(requests) FILTER (WHERE outcome = 'failed'), 0)::bigint AS failed,
               coalesce(sum(requests) FILTER (WHERE outcome = 'canceled'), 0)::bigint AS canceled,
               coalesce(sum(requests) FILTER (WHERE outcome = 'estimated'), 0)::bigint AS estimated,
               coalesce(sum(requests) FILTER (WHERE outcome = 'refused'), 0)::bigint AS refused
          FROM usage_minute
         WHERE minute >= $1 AND minute < $2 AND %3$s
         GROUP BY 1%2$s ORDER BY 1%2$s LIMIT $4
        """
                .formatted(question.granularity().word(), columns, whose(question.subject()));
    }

    private static String whose(@Nullable Subject subject) {
        if (subject == null) {
            return "$3::uuid IS NULL";
        }
        return switch (subject.kind()) {
            case KEY -> "key_id = $3";
            case CLIENT -> "client_id = $3";
            case RESELLER -> "reseller_id = $3";
            case GROUP -> throw new IllegalArgumentException("There are no groups yet");
        };
    }

    private static Usage.Item item(Readable row, Question question) {
        return new Usage.Item(
                Values.instant(row, "start"),
                id(row, question, Group.KEY, SubjectKind.KEY),
                id(row, question, Group.CLIENT, SubjectKind.CLIENT),
                text(row, question, Group.MODEL),
                text(row, question, Group.ROUTE),
                Usage.Count.of(
                        Values.get(row, "served", Long.class),
                        Values.get(row, "failed", Long.class),
                        Values.get(row, "canceled", Long.class),
                        Values.get(row, "estimated", Long.class),
                        Values.get(row, "refused", Long.class)));
    }

    private static @Nullable String id(
            Readable row, Question question, Group group, SubjectKind kind) {
        if (!question.groups().contains(group)) {
            return null;
        }
        UUID id = Values.orNull(row, group.column(), UUID.class);
        return id == null ? null : Ids.text(kind, id);
    }

    private static @Nullable String text(Readable row, Question question, Group group) {
        return question.groups().contains(group)
                ? Values.get(row, group.column(), String.class)
                : null;
    }
}
