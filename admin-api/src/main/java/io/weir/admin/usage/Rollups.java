package io.weir.admin.usage;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.quota.price.TokenClass;
import io.weir.quota.price.Tokens;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What the gateways booked. Minutes are told from the minutes; hours and days from the hours that
/// lie whole in what is asked for, and from the minutes before and after them.
@Component
class Rollups {

    /// The lists are of columns named by [Group] and [TokenClass], never of anything a caller
    /// wrote.
    private static final String SUMS =
            """
            SELECT date_trunc('%1$s', at, 'UTC') AS start%2$s,
                   coalesce(sum(requests) FILTER (WHERE outcome = 'served'), 0)::bigint AS served,
                   coalesce(sum(requests) FILTER (WHERE outcome = 'failed'), 0)::bigint AS failed,
                   coalesce(sum(requests) FILTER (WHERE outcome = 'canceled'), 0)::bigint AS canceled,
                   coalesce(sum(requests) FILTER (WHERE outcome = 'estimated'), 0)::bigint AS estimated,
                   coalesce(sum(requests) FILTER (WHERE outcome = 'refused'), 0)::bigint AS refused,
                   coalesce(sum(credits), 0) AS credits%5$s
              FROM (SELECT minute AS at, outcome, requests, credits, %4$s%2$s FROM usage_minute
                     WHERE minute >= $1 AND minute < $2 AND %3$s
                    UNION ALL
                    SELECT hour, outcome, requests, credits, %4$s%2$s FROM usage_hour
                     WHERE hour >= $2 AND hour < $3 AND %3$s
                    UNION ALL
                    SELECT minute, outcome, requests, credits, %4$s%2$s FROM usage_minute
                     WHERE minute >= $3 AND minute < $4 AND %3$s) AS used
             GROUP BY 1%2$s ORDER BY 1%2$s LIMIT $6
            """;

    private static final String ESTIMATED = "tokens_estimated";
    private static final List<String> TOKENS =
            Stream.concat(
                            Arrays.stream(TokenClass.values()).map(TokenClass::word),
                            Stream.of(ESTIMATED))
                    .toList();
    private static final String TOKENS_SUMS =
            TOKENS.stream().map(Rollups::capped).collect(Collectors.joining());

    private final DatabaseClient database;

    Rollups(DatabaseClient database) {
        this.database = database;
    }

    Mono<List<Usage.Item>> sums(Question question, int most) {
        UUID subject = question.subject() == null ? null : question.subject().id();
        Instant hours = firstWholeHour(question);
        return database.sql(statement(question))
                .bind(0, Values.utc(question.from()))
                .bind(1, Values.utc(hours))
                .bind(2, Values.utc(endOfHours(question, hours)))
                .bind(3, Values.utc(question.to()))
                .bind(4, Values.orNull(UUID.class, subject))
                .bind(5, most)
                .map(row -> item(row, question))
                .all()
                .collectList();
    }

    private static String statement(Question question) {
        String columns =
                question.groups().stream()
                        .map(group -> ", " + group.column())
                        .collect(Collectors.joining());
        return SUMS.formatted(
                question.granularity().word(),
                columns,
                whose(question.subject()),
                String.join(", ", TOKENS),
                TOKENS_SUMS);
    }

    private static String capped(String column) {
        return ",%n       least(sum(%2$s), %1$d)::bigint AS %2$s".formatted(Long.MAX_VALUE, column);
    }

    private static Instant firstWholeHour(Question question) {
        Instant hour = question.from().truncatedTo(ChronoUnit.HOURS);
        Instant first = hour.equals(question.from()) ? hour : hour.plus(1, ChronoUnit.HOURS);
        return question.granularity() == Granularity.MINUTE || first.isAfter(question.to())
                ? question.to()
                : first;
    }

    private static Instant endOfHours(Question question, Instant first) {
        Instant hour = question.to().truncatedTo(ChronoUnit.HOURS);
        return hour.isBefore(first) ? first : hour;
    }

    private static String whose(@Nullable Subject subject) {
        if (subject == null) {
            return "$5::uuid IS NULL";
        }
        return switch (subject.kind()) {
            case KEY -> "key_id = $5";
            case GROUP -> "group_id = $5";
            case CLIENT -> "client_id = $5";
            case RESELLER -> "reseller_id = $5";
        };
    }

    private static Usage.Item item(Readable row, Question question) {
        return new Usage.Item(
                Values.instant(row, "start"),
                part(row, question),
                Usage.Count.of(
                        Values.get(row, "served", Long.class),
                        Values.get(row, "failed", Long.class),
                        Values.get(row, "canceled", Long.class),
                        Values.get(row, "estimated", Long.class),
                        Values.get(row, "refused", Long.class),
                        tokens(row),
                        Values.get(row, "credits", BigDecimal.class)));
    }

    private static TokenCount tokens(Readable row) {
        Function<TokenClass, Long> of = each -> Values.get(row, each.word(), Long.class);
        return new TokenCount(
                new Tokens(
                        of.apply(TokenClass.INPUT),
                        of.apply(TokenClass.CACHE_READ),
                        of.apply(TokenClass.CACHE_WRITE_5M),
                        of.apply(TokenClass.CACHE_WRITE_1H),
                        of.apply(TokenClass.OUTPUT),
                        of.apply(TokenClass.OUTPUT_REASONING),
                        of.apply(TokenClass.AUDIO_IN),
                        of.apply(TokenClass.AUDIO_OUT)),
                Values.get(row, ESTIMATED, Long.class));
    }

    private static Usage.Part part(Readable row, Question question) {
        return new Usage.Part(
                id(row, question, Group.KEY, SubjectKind.KEY),
                id(row, question, Group.GROUP, SubjectKind.GROUP),
                id(row, question, Group.CLIENT, SubjectKind.CLIENT),
                text(row, question, Group.MODEL),
                text(row, question, Group.ROUTE));
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
