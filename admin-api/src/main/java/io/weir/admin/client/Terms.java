package io.weir.admin.client;

import io.weir.admin.allocation.Allocation;
import io.weir.admin.quota.AlertPercents;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is agreed with a client.
///
/// @param rateLimit requests per minute, null for none
/// @param timeZone by whose calendar its months run, null for its reseller's
/// @param failureMode what its quota does while the database is away
record Terms(
        String name,
        String contactEmail,
        long monthlyQuota,
        @Nullable Long rateLimit,
        @Nullable String notes,
        Overage overage,
        @Nullable String timeZone,
        String failureMode,
        List<Long> alertPercents) {

    /// What happens once the quota is used.
    record Overage(String mode, long bufferPercent) {

        private static final Overage USUAL = new Overage("hard", 0);
        private static final long LARGEST_BUFFER = 1000;

        private static Overage read(Body body, Overage now) {
            var overage =
                    new Overage(
                            body.required(
                                    "mode", Form.oneOf("hard", "soft", "unlimited"), now.mode),
                            body.required(
                                    "buffer_percent",
                                    Form.integer(0, LARGEST_BUFFER),
                                    now.bufferPercent));
            body.nothingElse();
            return overage;
        }
    }

    private static final int LONGEST_NOTES = 4000;

    /// @param now what holds so far, null for a new client
    static Terms read(Body body, @Nullable Terms now) {
        var allocation = Allocation.read(body, now == null ? null : now.allocation());
        var terms =
                new Terms(
                        allocation.name(),
                        allocation.contactEmail(),
                        allocation.monthlyQuota(),
                        allocation.rateLimit(),
                        body.nullable(
                                "notes", Form.prose(LONGEST_NOTES), now == null ? null : now.notes),
                        Overage.read(
                                body.inner("overage"), now == null ? Overage.USUAL : now.overage),
                        body.nullable("time_zone", Form.zone(), now == null ? null : now.timeZone),
                        body.required(
                                "failure_mode",
                                Form.oneOf("closed", "open"),
                                now == null ? "closed" : now.failureMode),
                        AlertPercents.read(body, now == null ? null : now.alertPercents));
        body.nothingElse();
        return terms;
    }

    private Allocation allocation() {
        return new Allocation(name, contactEmail, monthlyQuota, rateLimit);
    }
}
