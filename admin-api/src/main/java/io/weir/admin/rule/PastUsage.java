package io.weir.admin.rule;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.quota.Calendars;
import io.weir.quota.admission.Replay.Batch;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import io.weir.quota.usage.Usage;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/// What was forwarded for a subject, minute by minute, at the prices of today.
@Component
class PastUsage {

    /// A row for each key and day, as a row for each minute would take longer to read than to find.
    /// Of several prices the closest applies: that of the route and model, of the route, of the
    /// model, of everything. The outer joins keep the usage of who is gone.
    private static final String ROWS =
            """
            WITH used AS MATERIALIZED (
                SELECT key_id, client_id, reseller_id, minute, route, model, requests
                  FROM usage_minute
                 WHERE %s = $1 AND minute >= $2 AND minute < $3 AND outcome <> 'refused'
                 LIMIT $4),
            cost AS (
                SELECT route, model, coalesce((
                           SELECT per_request FROM price p
                            WHERE p.route IN (named.route, '*') AND p.model IN (named.model, '*')
                            ORDER BY p.route = '*', p.model = '*' LIMIT 1), 0) AS each
                  FROM (SELECT DISTINCT route, model FROM used) AS named)
            SELECT u.key_id,
                   coalesce(c.time_zone, r.time_zone, 'UTC') AS time_zone,
                   coalesce(r.week_start, 'mon') AS week_start,
                   array_agg(extract(epoch FROM u.minute)::bigint ORDER BY u.minute, u.route, u.model) AS minutes,
                   array_agg(u.requests ORDER BY u.minute, u.route, u.model) AS requests,
                   array_agg(cost.each ORDER BY u.minute, u.route, u.model) AS costs
              FROM used u JOIN cost USING (route, model) LEFT JOIN client c ON c.id = u.client_id
                   LEFT JOIN reseller r ON r.id = u.reseller_id
             GROUP BY date_trunc('day', u.minute, 'UTC'), 1, 2, 3
             ORDER BY date_trunc('day', u.minute, 'UTC'), 1
            """;

    private final DatabaseClient database;

    PastUsage(DatabaseClient database) {
        this.database = database;
    }

    /// Each key's in the order of time.
    ///
    /// @param most how many at most
    Flux<Batch> of(Subject subject, Instant from, Instant to, int most) {
        return database.sql(ROWS.formatted(column(subject.kind())))
                .bind(0, subject.id())
                .bind(1, Values.utc(from))
                .bind(2, Values.utc(to))
                .bind(3, most)
                .map(PastUsage::day)
                .all()
                .flatMapIterable(day -> day);
    }

    private static String column(SubjectKind kind) {
        return switch (kind) {
            case KEY -> "key_id";
            case GROUP -> "group_id";
            case CLIENT -> "client_id";
            case RESELLER -> "reseller_id";
        };
    }

    private static List<Batch> day(Readable row) {
        var key = new Subject(SubjectKind.KEY, Values.get(row, "key_id", UUID.class));
        Calendar calendar =
                Calendars.of(
                        Values.get(row, "time_zone", String.class),
                        Values.get(row, "week_start", String.class));
        Long[] minutes = Values.get(row, "minutes", Long[].class);
        Long[] requests = Values.get(row, "requests", Long[].class);
        Long[] costs = Values.get(row, "costs", Long[].class);
        return IntStream.range(0, minutes.length)
                .mapToObj(
                        i ->
                                new Batch(
                                        key,
                                        calendar,
                                        Instant.ofEpochSecond(minutes[i]),
                                        requests[i],
                                        new Usage(1, 0, costs[i])))
                .toList();
    }
}
