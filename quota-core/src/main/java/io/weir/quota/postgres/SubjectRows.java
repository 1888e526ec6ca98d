package io.weir.quota.postgres;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.admission.Subjects;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.Concurrency;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Zones;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Subjects in PostgreSQL, as the gateway reads them: when a key is first seen, and when something
/// was changed.
final class SubjectRows implements Subjects {

    private static final String OWNER =
            """
            SELECT (SELECT version FROM configuration) AS version,
                   k.id, k.client_id, k.reseller_id, c.expires_at
              FROM credential c JOIN key k ON k.id = c.key_id
             WHERE c.hash = ANY(ARRAY(SELECT decode(unnest($1::text[]), 'hex')))
            """;

    private static final String SETTINGS =
            """
            SELECT s.*, (SELECT version FROM configuration) AS version,
                   (SELECT jsonb_agg(q) FROM quota q
                     WHERE q.subject = s.id AND q.policy NOT LIKE 'rule-%') AS quotas
              FROM (SELECT 'KEY' AS kind, id,
                           CASE WHEN revoked_at IS NULL THEN 'active' ELSE 'disabled' END AS status,
                           expires_at, requests_per_minute, concurrent_requests, NULL AS zone
                      FROM key WHERE id = ANY($1)
                    UNION ALL
                    SELECT 'CLIENT', c.id, c.status, NULL, rate_limit, NULL,
                           coalesce(c.time_zone, r.time_zone)
                      FROM client c JOIN reseller r ON r.id = c.reseller_id WHERE c.id = ANY($1)
                    UNION ALL
                    SELECT 'RESELLER', id, status, NULL, NULL, NULL, time_zone
                      FROM reseller WHERE id = ANY($1)) AS s
            """;

    /// Changes are kept for a day: whoever is further behind is told so.
    private static final String CHANGES =
            """
            SELECT c.version, h.subject,
                   $1 >= c.version
                       OR EXISTS (SELECT FROM configuration_change WHERE version = $1 + 1) AS complete
              FROM configuration c LEFT JOIN configuration_change h ON h.version > $1
            """;

    private static final PolicyName REQUESTS_PER_MINUTE = new PolicyName("rpm");
    private static final PolicyName CLIENT_REQUESTS_PER_MINUTE = new PolicyName("client-rpm");
    private static final PolicyName CONCURRENT_REQUESTS = new PolicyName("conc");
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HexFormat HEX = HexFormat.of();

    private final ConnectionPool pool;
    private final Announcements announcements;

    SubjectRows(ConnectionPool pool, Announcements announcements) {
        this.pool = pool;
        this.announcements = announcements;
    }

    @Override
    public Mono<Owner> owner(List<byte[]> hashes) {
        return query(
                        OWNER,
                        hashes.stream().map(HEX::formatHex).toArray(String[]::new),
                        row ->
                                new Owner(
                                        required(row, "version", Long.class),
                                        required(row, "id", UUID.class),
                                        Optional.ofNullable(row.get("client_id", UUID.class)),
                                        required(row, "reseller_id", UUID.class),
                                        instant(row, "expires_at")))
                .next();
    }

    @Override
    public Mono<List<SubjectSettings>> settings(Collection<UUID> subjects) {
        return query(SETTINGS, subjects.toArray(UUID[]::new), SubjectRows::settings).collectList();
    }

    @Override
    public Mono<Changes> changesSince(long version) {
        record Change(long version, boolean complete, @Nullable UUID subject) {}

        return query(
                        CHANGES,
                        version,
                        row ->
                                new Change(
                                        required(row, "version", Long.class),
                                        required(row, "complete", Boolean.class),
                                        row.get("subject", UUID.class)))
                .collectList()
                .map(
                        rows -> {
                            Set<UUID> subjects = new HashSet<>();
                            for (Change row : rows) {
                                if (row.subject() != null) {
                                    subjects.add(row.subject());
                                }
                            }
                            Change first = rows.getFirst();
                            return new Changes(first.version(), first.complete(), subjects);
                        });
    }

    @Override
    public Flux<Announcement> announcements() {
        return announcements.listen();
    }

    private static SubjectSettings settings(Readable row) {
        var subject =
                new Subject(
                        SubjectKind.valueOf(required(row, "kind", String.class)),
                        required(row, "id", UUID.class));
        return new SubjectSettings(
                required(row, "version", Long.class),
                subject,
                Status.of(required(row, "status", String.class)),
                instant(row, "expires_at"),
                policies(subject, row));
    }

    private static List<QuotaPolicy> policies(Subject subject, Readable row) {
        List<QuotaPolicy> policies = new ArrayList<>();
        Long concurrent = row.get("concurrent_requests", Long.class);
        if (concurrent != null) {
            policies.add(new Concurrency(CONCURRENT_REQUESTS, concurrent));
        }
        Long rate = row.get("requests_per_minute", Long.class);
        if (rate != null) {
            policies.add(
                    TokenBucket.perMinute(
                            subject.kind() == SubjectKind.KEY
                                    ? REQUESTS_PER_MINUTE
                                    : CLIENT_REQUESTS_PER_MINUTE,
                            rate));
        }
        Json quotas = row.get("quotas", Json.class);
        if (quotas != null) {
            for (JsonNode quota : JSON.readTree(quotas.asArray())) {
                policies.add(
                        quota(
                                quota,
                                Objects.requireNonNullElse(row.get("zone", String.class), "UTC")));
            }
        }
        return policies;
    }

    private static PeriodQuota quota(JsonNode quota, String zone) {
        JsonNode limit = quota.get("limit");
        return new PeriodQuota(
                new PolicyName(quota.get("policy").stringValue()),
                QuotaUnit.of(quota.get("unit").stringValue()),
                CalendarPeriod.of(quota.get("period").stringValue()),
                new Calendar(
                        Zones.parse(zone)
                                .orElseThrow(() -> new IllegalStateException("No zone: " + zone)),
                        DayOfWeek.MONDAY),
                limit.isNull() ? OptionalLong.empty() : OptionalLong.of(limit.longValue()),
                Enforcement.of(quota.get("mode").stringValue()),
                FailureMode.of(quota.get("failure_mode").stringValue()));
    }

    private <T> Flux<T> query(String sql, Object parameter, Function<Readable, T> mapping) {
        return Flux.usingWhen(
                pool.create(),
                connection -> {
                    Statement statement = connection.createStatement(sql).bind("$1", parameter);
                    return Flux.from(statement.execute()).flatMap(result -> result.map(mapping));
                },
                connection -> connection.close());
    }

    private static <T> T required(Readable row, String column, Class<T> type) {
        T value = row.get(column, type);
        if (value == null) {
            throw new IllegalStateException("The column must not be null: " + column);
        }
        return value;
    }

    private static Optional<Instant> instant(Readable row, String column) {
        return Optional.ofNullable(row.get(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
