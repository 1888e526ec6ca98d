package io.weir.admin.reseller;

import io.weir.admin.quota.Calendars;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import org.jspecify.annotations.Nullable;

/// What is agreed with a reseller.
///
/// @param monthlyQuota requests per month, null for an unlimited plan
/// @param failureMode what its quotas do while the database is away
record Terms(
        String name,
        String contactEmail,
        @Nullable Long monthlyQuota,
        String timeZone,
        String weekStart,
        String currency,
        String failureMode) {

    private static final int LONGEST_NAME = 200;

    /// Far below 2^53, so that every JSON parser reads it, and sums stay far below 2^63.
    private static final long LARGEST_QUOTA = 1_000_000_000_000_000L;

    /// What a reseller says of itself. Its time zone is not for it to change: a month that begins
    /// anew begins with nothing used.
    static Terms readOwn(Body body, Terms now) {
        body.reserved("monthly_quota", "time_zone", "currency", "failure_mode");
        return new Terms(
                body.required("name", Form.text(LONGEST_NAME), now.name),
                body.required("contact_email", Form.email(), now.contactEmail),
                now.monthlyQuota,
                now.timeZone,
                body.required("week_start", Form.oneOf(Calendars.WEEKDAYS), now.weekStart),
                now.currency,
                now.failureMode);
    }

    /// @param now what holds so far, null for a new reseller
    static Terms read(Body body, @Nullable Terms now) {
        if (now == null) {
            body.present("monthly_quota");
        }
        return new Terms(
                body.required("name", Form.text(LONGEST_NAME), now == null ? null : now.name),
                body.required("contact_email", Form.email(), now == null ? null : now.contactEmail),
                body.nullable(
                        "monthly_quota",
                        Form.integer(0, LARGEST_QUOTA),
                        now == null ? null : now.monthlyQuota),
                body.required("time_zone", Form.zone(), now == null ? "UTC" : now.timeZone),
                body.required(
                        "week_start",
                        Form.oneOf(Calendars.WEEKDAYS),
                        now == null ? "mon" : now.weekStart),
                body.required("currency", Form.currency(), now == null ? "USD" : now.currency),
                body.required(
                        "failure_mode",
                        Form.oneOf("closed", "open"),
                        now == null ? "closed" : now.failureMode));
    }
}
