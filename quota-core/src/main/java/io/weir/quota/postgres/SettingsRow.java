package io.weir.quota.postgres;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import io.weir.quota.admission.RuleSettings;
import io.weir.quota.admission.SubjectSettings;
import io.weir.quota.policy.AddressRange;
import io.weir.quota.policy.Enforcement;
import io.weir.quota.policy.FailureMode;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy;
import io.weir.quota.policy.QuotaPolicy.Concurrency;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.schedule.AccessWindow;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Hours;
import io.weir.quota.schedule.Renewal;
import io.weir.quota.schedule.Zones;
import io.weir.quota.subject.Status;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Rows of settings, as the policies they stand for: one copy of the SQL, for both applications.
public final class SettingsRow {

    /// The settings of subjects; takes their ids. The quota of a rule is not among them: it follows
    /// from the rule.
    public static final String SUBJECTS =
            """
            SELECT s.*, (SELECT version FROM configuration) AS version,
                   (SELECT jsonb_agg(a) FROM (
                       SELECT policy, unit, period, since, "limit", mode, failure_mode FROM quota
                        WHERE subject = s.id AND policy NOT LIKE 'rule-%') a) AS quotas
              FROM (SELECT 'KEY' AS kind, id,
                           CASE WHEN revoked_at IS NULL THEN 'active' ELSE 'disabled' END AS status,
                           expires_at, requests_per_minute, tokens_per_minute,
                           concurrent_requests, NULL AS time_zone, NULL AS week_start, rule_id,
                           allowed_routes, allowed_models, allowed_cidrs,
                           key_identity(key)::uuid AS identity
                      FROM key WHERE id = ANY($1)
                    UNION ALL
                    SELECT 'GROUP', id, 'active', NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                           NULL, NULL, NULL, NULL
                      FROM key_group WHERE id = ANY($1)
                    UNION ALL
                    SELECT 'CLIENT', id, status, NULL, rate_limit, NULL, NULL, time_zone, NULL,
                           default_rule_id, NULL, NULL, NULL, NULL
                      FROM client WHERE id = ANY($1)
                    UNION ALL
                    SELECT 'RESELLER', id, status, NULL, NULL, NULL, NULL, time_zone, week_start,
                           default_rule_id, NULL, NULL, NULL, NULL
                      FROM reseller WHERE id = ANY($1)) AS s
            """;

    /// Takes the ids of rules.
    public static final String RULES =
            """
            SELECT (SELECT version FROM configuration) AS version, rule.*
              FROM rule WHERE id = ANY($1)
            """;

    private static final PolicyName REQUESTS_PER_MINUTE = new PolicyName("rpm");
    private static final PolicyName TOKENS_PER_MINUTE = new PolicyName("tpm");
    private static final PolicyName CLIENT_REQUESTS_PER_MINUTE = new PolicyName("client-rpm");
    private static final PolicyName CONCURRENT_REQUESTS = new PolicyName("conc");
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Most keys have one of a few combinations of limits: equal ones are one object.
    private static final Map<List<QuotaPolicy>, List<QuotaPolicy>> SHARED =
            new ConcurrentHashMap<>();

    private static final int MOST_SHARED = 10_000;

    private SettingsRow() {}

    /// A row of [#SUBJECTS].
    public static SubjectSettings subject(Readable row) {
        var subject =
                new Subject(
                        SubjectKind.valueOf(required(row, "kind", String.class)),
                        required(row, "id", UUID.class));
        return new SubjectSettings(
                required(row, "version", Long.class),
                subject,
                Status.of(required(row, "status", String.class)),
                instant(row, "expires_at"),
                zone(row, "time_zone"),
                Optional.ofNullable(row.get("week_start", String.class)).map(SettingsRow::weekday),
                Optional.ofNullable(row.get("rule_id", UUID.class)),
                restrictions(row),
                row.get("identity", UUID.class),
                policies(subject, row));
    }

    private static Restrictions restrictions(Readable row) {
        return Restrictions.of(
                texts(row, "allowed_routes"),
                texts(row, "allowed_models"),
                texts(row, "allowed_cidrs").stream().map(SettingsRow::range).toList());
    }

    private static List<String> texts(Readable row, String column) {
        String[] texts = row.get(column, String[].class);
        return texts == null ? List.of() : List.of(texts);
    }

    private static AddressRange range(String text) {
        return AddressRange.parse(text)
                .orElseThrow(() -> new IllegalStateException("No range: " + text));
    }

    /// A row of [#RULES].
    public static RuleSettings rule(Readable row) {
        Long credits = row.get("quota_credits", Long.class);
        return new RuleSettings(
                required(row, "version", Long.class),
                required(row, "id", UUID.class),
                required(row, "enabled", Boolean.class),
                Enforcement.of(required(row, "mode", String.class)),
                Optional.ofNullable(row.get("quota_period", String.class))
                        .map(CalendarPeriod::of)
                        .map(period -> new RuleSettings.Credits(period, present(credits))),
                zone(row, "window_zone").map(zone -> window(zone, row)));
    }

    private static AccessWindow window(ZoneId zone, Readable row) {
        Set<DayOfWeek> weekdays = EnumSet.noneOf(DayOfWeek.class);
        for (String day : required(row, "window_weekdays", String[].class)) {
            weekdays.add(weekday(day));
        }
        Hours hours =
                Optional.ofNullable(row.get("window_hours", String.class))
                        .map(text -> Hours.parse(text).orElseThrow())
                        .orElse(Hours.ALL_DAY);
        return new AccessWindow(zone, weekdays, hours);
    }

    /// `mon` to `sun`.
    private static DayOfWeek weekday(String word) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> day.name().substring(0, 3).equalsIgnoreCase(word))
                .findAny()
                .orElseThrow(() -> new IllegalStateException("No weekday: " + word));
    }

    private static List<QuotaPolicy> policies(Subject subject, Readable row) {
        List<QuotaPolicy> policies = new ArrayList<>();
        Long concurrent = row.get("concurrent_requests", Long.class);
        if (concurrent != null) {
            policies.add(new Concurrency(CONCURRENT_REQUESTS, concurrent));
        }
        Long requests = row.get("requests_per_minute", Long.class);
        if (requests != null) {
            policies.add(
                    TokenBucket.perMinute(
                            subject.kind() == SubjectKind.KEY
                                    ? REQUESTS_PER_MINUTE
                                    : CLIENT_REQUESTS_PER_MINUTE,
                            requests));
        }
        Long tokens = row.get("tokens_per_minute", Long.class);
        if (tokens != null) {
            policies.add(TokenBucket.perMinute(TOKENS_PER_MINUTE, QuotaUnit.TOKENS, tokens));
        }
        Json quotas = row.get("quotas", Json.class);
        if (quotas != null) {
            for (JsonNode quota : JSON.readTree(quotas.asArray())) {
                policies.add(quota(quota));
            }
        }
        return shared(List.copyOf(policies));
    }

    private static List<QuotaPolicy> shared(List<QuotaPolicy> policies) {
        List<QuotaPolicy> known = SHARED.get(policies);
        if (known != null) {
            return known;
        }
        if (SHARED.size() < MOST_SHARED) {
            SHARED.put(policies, policies);
        }
        return policies;
    }

    private static PeriodQuota quota(JsonNode quota) {
        JsonNode limit = quota.get("limit");
        return new PeriodQuota(
                new PolicyName(quota.get("policy").stringValue()),
                QuotaUnit.of(quota.get("unit").stringValue()),
                renewal(quota),
                Calendar.UTC,
                limit.isNull() ? OptionalLong.empty() : OptionalLong.of(limit.longValue()),
                Enforcement.of(quota.get("mode").stringValue()),
                FailureMode.of(quota.get("failure_mode").stringValue()));
    }

    private static Renewal renewal(JsonNode quota) {
        String period = quota.get("period").stringValue();
        return switch (period) {
            case "manual" ->
                    new Renewal.ByHand(
                            OffsetDateTime.parse(quota.get("since").stringValue()).toInstant());
            case "never" -> new Renewal.Never();
            default -> CalendarPeriod.of(period);
        };
    }

    private static Optional<ZoneId> zone(Readable row, String column) {
        return Optional.ofNullable(row.get(column, String.class))
                .map(
                        text ->
                                Zones.parse(text)
                                        .orElseThrow(
                                                () ->
                                                        new IllegalStateException(
                                                                "No zone: " + text)));
    }

    static Optional<Instant> instant(Readable row, String column) {
        return Optional.ofNullable(row.get(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }

    static <T> T required(Readable row, String column, Class<T> type) {
        T value = row.get(column, type);
        if (value == null) {
            throw new IllegalStateException("No " + column);
        }
        return value;
    }

    private static long present(@Nullable Long value) {
        if (value == null) {
            throw new IllegalStateException("A quota without a limit");
        }
        return value;
    }
}
