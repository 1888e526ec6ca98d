package io.weir.admin.quota;

import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Period;
import io.weir.quota.schedule.Renewal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A quota whose usage is counted: under one policy of a subject, anew whenever it renews.
public record Counted(
        UUID subject,
        String policy,
        QuotaUnit unit,
        @Nullable Long limit,
        Renewal renewal,
        Calendar calendar) {

    /// Requests by the calendar month.
    public static Counted monthly(
            UUID subject, String policy, @Nullable Long limit, Calendar calendar) {
        return new Counted(
                subject, policy, QuotaUnit.REQUESTS, limit, CalendarPeriod.MONTHLY, calendar);
    }

    Period at(Instant now) {
        return renewal.at(now, calendar);
    }
}
