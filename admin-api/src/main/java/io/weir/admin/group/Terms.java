package io.weir.admin.group;

import io.weir.admin.quota.AlertPercents;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.quota.policy.QuotaUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What keys of a group share.
///
/// @param failureMode what its quota does while the database is away
record Terms(String name, @Nullable Shared quota, String failureMode, List<Long> alertPercents) {

    private static final int LONGEST_NAME = 200;
    private static final long LARGEST = 1_000_000_000_000_000L;

    /// The quota, credits in nano-units.
    record Shared(QuotaUnit unit, long limit, String period) {

        private static Shared read(Body body, @Nullable Shared now) {
            QuotaUnit unit =
                    QuotaUnit.of(
                            body.required(
                                    "unit",
                                    Form.oneOf("requests", "tokens", "credits"),
                                    now == null ? null : now.unit.word()));
            // a number of other units means something else
            Long limit = now != null && now.unit == unit ? now.limit : null;
            Form<Long> amount = unit == QuotaUnit.CREDITS ? Form.money() : Form.integer(0, LARGEST);
            var shared =
                    new Shared(
                            unit,
                            body.required("limit", amount, limit),
                            body.required(
                                    "period",
                                    Form.oneOf("daily", "weekly", "monthly"),
                                    now == null ? null : now.period));
            body.nothingElse();
            return shared;
        }
    }

    /// @param now what holds so far, null for a new group
    static Terms read(Body body, @Nullable Terms now) {
        Shared quota = now == null ? null : now.quota;
        var terms =
                new Terms(
                        body.required(
                                "name", Form.text(LONGEST_NAME), now == null ? null : now.name),
                        body.nullableObject("quota", inner -> Shared.read(inner, quota), quota),
                        body.required(
                                "failure_mode",
                                Form.oneOf("closed", "open"),
                                now == null ? "closed" : now.failureMode),
                        AlertPercents.read(body, now == null ? null : now.alertPercents));
        body.nothingElse();
        return terms;
    }
}
