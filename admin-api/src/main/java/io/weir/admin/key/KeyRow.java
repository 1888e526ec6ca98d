package io.weir.admin.key;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.quota.AlertPercents;
import io.weir.admin.quota.Calendars;
import io.weir.admin.quota.Counted;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Renewal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A key as [Keys] selects it.
final class KeyRow {

    private KeyRow() {}

    static Key key(Readable row) {
        UUID id = Values.get(row, "id", UUID.class);
        Terms terms = terms(row);
        return new Key(
                id,
                Values.get(row, "reseller_id", UUID.class),
                Values.orNull(row, "client_id", UUID.class),
                terms,
                Values.get(row, "prefix", String.class),
                Values.get(row, "last_four", String.class),
                previous(row),
                Values.get(row, "status", String.class),
                Values.instantOrNull(row, "revoked_at"),
                applied(row),
                counted(id, terms, row),
                Values.get(row, "revision", Long.class),
                Values.instant(row, "created_at"));
    }

    private static Terms terms(Readable row) {
        Long tokens = Values.orNull(row, "token_quota", Long.class);
        return new Terms(
                Values.get(row, "label", String.class),
                Values.orNull(row, "requests_per_minute", Long.class),
                Values.orNull(row, "tokens_per_minute", Long.class),
                Values.orNull(row, "requests_per_day", Long.class),
                Values.orNull(row, "concurrent_requests", Long.class),
                tokens == null
                        ? null
                        : new TokenQuota(
                                tokens, Values.get(row, "token_quota_reset", String.class)),
                Values.orNull(row, "group_id", UUID.class),
                Values.orNull(row, "rule_id", UUID.class),
                Values.get(row, "failure_mode", String.class),
                AlertPercents.of(row),
                Values.instantOrNull(row, "expires_at"),
                Allowed.of(row));
    }

    private static @Nullable Previous previous(Readable row) {
        Instant end = Values.instantOrNull(row, "previous_expires_at");
        return end == null
                ? null
                : new Previous(
                        Values.get(row, "previous_prefix", String.class),
                        Values.get(row, "previous_last_four", String.class),
                        end);
    }

    private static @Nullable Applied applied(Readable row) {
        UUID rule = Values.orNull(row, "applied_id", UUID.class);
        return rule == null
                ? null
                : new Applied(
                        rule,
                        Values.get(row, "applied_name", String.class),
                        Values.get(row, "applied_bound_to", String.class));
    }

    private static List<Counted> counted(UUID id, Terms terms, Readable row) {
        String zone = Values.get(row, "zone", String.class);
        String weekStart = Values.get(row, "week_start", String.class);
        Calendar calendar = Calendars.of(zone, weekStart);
        List<Counted> counted = new ArrayList<>();
        Long daily = terms.requestsPerDay();
        if (daily != null) {
            counted.add(
                    new Counted(
                            id, "rpd", QuotaUnit.REQUESTS, daily, CalendarPeriod.DAILY, calendar));
        }
        TokenQuota tokens = terms.tokenQuota();
        if (tokens != null) {
            var renewal =
                    tokens.isManual()
                            ? new Renewal.ByHand(Values.instant(row, "token_quota_since"))
                            : CalendarPeriod.of(tokens.reset());
            counted.add(
                    new Counted(
                            id, Key.TOKENS, QuotaUnit.TOKENS, tokens.limit(), renewal, calendar));
        }
        String period = Values.orNull(row, "applied_period", String.class);
        if (period != null) {
            String own = Values.orNull(row, "applied_zone", String.class);
            counted.add(
                    new Counted(
                            id,
                            "rule-" + period,
                            QuotaUnit.CREDITS,
                            Values.get(row, "applied_credits", Long.class),
                            CalendarPeriod.of(period),
                            Calendars.of(Objects.requireNonNullElse(own, zone), weekStart)));
        }
        return counted;
    }
}
