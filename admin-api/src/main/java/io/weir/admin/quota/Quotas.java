package io.weir.admin.quota;

import io.weir.admin.database.Values;
import io.weir.quota.schedule.CalendarPeriod;
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
            SELECT c.subject, c.used, c.leased
              FROM unnest($2::uuid[], $3::timestamptz[]) AS asked (subject, starts)
              JOIN counter c ON c.subject = asked.subject AND c.starts = asked.starts
             WHERE c.policy = $1
            """;

    private record Usage(UUID subject, long used, long leased) {}

    private final DatabaseClient database;
    private final Clock clock;

    Quotas(DatabaseClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    public Period month(Counted counted) {
        return CalendarPeriod.MONTHLY.at(clock.instant(), counted.zone());
    }

    /// The quota of each subject this month, under one policy.
    public Mono<Map<UUID, Quota>> of(String policy, List<Counted> subjects) {
        Instant now = clock.instant();
        List<Period> months =
                subjects.stream().map(s -> CalendarPeriod.MONTHLY.at(now, s.zone())).toList();
        return database.sql(COUNTERS)
                .bind(0, policy)
                .bind(1, subjects.stream().map(Counted::subject).toArray(UUID[]::new))
                .bind(
                        2,
                        months.stream()
                                .map(m -> Values.utc(m.starts()))
                                .toArray(OffsetDateTime[]::new))
                .map(
                        row ->
                                new Usage(
                                        Values.get(row, "subject", UUID.class),
                                        Values.get(row, "used", Long.class),
                                        Values.get(row, "leased", Long.class)))
                .all()
                .collectMap(Usage::subject)
                .map(used -> quotas(subjects, months, used));
    }

    private static Map<UUID, Quota> quotas(
            List<Counted> subjects, List<Period> months, Map<UUID, Usage> used) {
        Map<UUID, Quota> quotas = new HashMap<>();
        for (int i = 0; i < subjects.size(); i++) {
            UUID id = subjects.get(i).subject();
            Usage usage = used.getOrDefault(id, new Usage(id, 0, 0));
            quotas.put(
                    id,
                    Quota.of(
                            subjects.get(i).limit(),
                            usage.used(),
                            usage.leased(),
                            months.get(i).ends()));
        }
        return quotas;
    }
}
