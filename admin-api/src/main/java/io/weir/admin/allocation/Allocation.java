package io.weir.admin.allocation;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import org.jspecify.annotations.Nullable;

/// Who a client is and how much it may use, as it is stated in a body or in a row of a file.
///
/// @param rateLimit requests per minute, null for none
public record Allocation(
        String name, String contactEmail, long monthlyQuota, @Nullable Long rateLimit) {

    private static final Form<String> NAME = Form.text(200);
    private static final Form<String> EMAIL = Form.email();
    private static final Form<Long> QUOTA = Form.integer(0, 1_000_000_000_000_000L);
    private static final Form<Long> RATE = Form.integer(1, 1_000_000_000_000L);
    private static final Long USUAL_RATE = 60L;

    /// @param now what holds so far, null for a new client
    public static Allocation read(Body body, @Nullable Allocation now) {
        return new Allocation(
                body.required("name", NAME, now == null ? null : now.name),
                body.required("contact_email", EMAIL, now == null ? null : now.contactEmail),
                body.required("monthly_quota", QUOTA, now == null ? null : now.monthlyQuota),
                body.nullable("rate_limit", RATE, now == null ? USUAL_RATE : now.rateLimit));
    }
}
