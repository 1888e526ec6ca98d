package io.weir.admin.quota;

import io.weir.admin.database.Values;
import io.weir.quota.schedule.Period;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// What is used of quotas, from the counters of the current period.
@Component
public final class Quotas {

    private static final String COUNTERS =
            """
            SELECT c.subject, c.policy, c.starts, c.used, c.leased + c.forfeited AS reserved
              FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS asked (subject, policy, starts)
              JOIN counter c USING (subject, policy, starts)
            """;

    private record Counter(UUID subject, String policy, Instant starts) {}

    private record Usage(Counter counter, long used, long reserved) {}

    private final DatabaseClient database;
    private final Clock clock;

    Quotas(DatabaseClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /// The period that runs now.
    public Period period(Counted counted) {
        return counted.at(clock.instant());
    }

    /// Each of these as it stands now.
    public Mono<Map<Counted, Quota>> of(List<Counted> asked) {
        if (asked.isEmpty()) {
            return Mono.just(Map.of());
        }
        Instant now = clock.instant();
        return database.sql(COUNTERS)
                .bind(0, asked.stream().map(Counted::subject).toArray(UUID[]::new))
                .bind(1, asked.stream().map(Counted::policy).toArray(String[]::new))
                .bind(
                        2,
                        asked.stream()
                                .map(one -> Values.utc(one.at(now).starts()))
                                .toArray(OffsetDateTime[]::new))
                .map(
                        row ->
                                new Usage(
                                        new Counter(
                                                Values.get(row, "subject", UUID.class),
                                                Values.get(row, "policy", String.class),
                                                Values.instant(row, "starts")),
                                        Values.get(row, "used", Long.class),
                                        Values.get(row, "reserved", Long.class)))
                .all()
                .collectMap(Usage::counter)
                .map(found -> quotas(asked, found, now));
    }

    private static Map<Counted, Quota> quotas(
            List<Counted> asked, Map<Counter, Usage> found, Instant now) {
        Map<Counted, Quota> quotas = new HashMap<>();
        for (Counted one : asked) {
            Period period = one.at(now);
            var counter = new Counter(one.subject(), one.policy(), period.starts());
            Usage usage = found.getOrDefault(counter, new Usage(counter, 0, 0));
            quotas.put(one, Quota.of(one, usage.used(), usage.reserved(), period));
        }
        return quotas;
    }
}
