package io.weir.admin.client;

import io.weir.admin.client.Client.PeakDay;
import io.weir.admin.database.Values;
import io.weir.admin.quota.Quotas;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Period;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The busiest day of a client's month. The days are cut here, by the calendar that cuts the month,
/// since PostgreSQL reads a zone such as `UTC+8` the other way round.
@Component
class PeakDays {

    private static final String PEAK =
            """
            SELECT day.starts, sum(u.requests)::bigint AS requests
              FROM unnest($2::timestamptz[], $3::timestamptz[]) AS day (starts, ends)
              JOIN usage_minute u ON u.minute >= day.starts AND u.minute < day.ends
             WHERE u.client_id = $1 AND u.outcome <> 'refused'
             GROUP BY day.starts ORDER BY requests DESC, day.starts LIMIT 1
            """;

    private final DatabaseClient database;
    private final Quotas quotas;

    PeakDays(DatabaseClient database, Quotas quotas) {
        this.database = database;
        this.quotas = quotas;
    }

    Mono<Optional<PeakDay>> of(Client client) {
        List<Period> days = days(client);
        return database.sql(PEAK)
                .bind(0, client.id())
                .bind(
                        1,
                        days.stream()
                                .map(d -> Values.utc(d.starts()))
                                .toArray(OffsetDateTime[]::new))
                .bind(
                        2,
                        days.stream().map(d -> Values.utc(d.ends())).toArray(OffsetDateTime[]::new))
                .map(
                        row ->
                                new PeakDay(
                                        Values.instant(row, "starts")
                                                .atZone(client.counted().calendar().zone())
                                                .toLocalDate(),
                                        Values.get(row, "requests", Long.class)))
                .one()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty());
    }

    private List<Period> days(Client client) {
        Period month = quotas.period(client.counted());
        List<Period> days = new ArrayList<>();
        for (Instant at = month.starts(); at.isBefore(month.ends()); at = days.getLast().ends()) {
            days.add(CalendarPeriod.DAILY.at(at, client.counted().calendar()));
        }
        return days;
    }
}
