package io.weir.admin.key;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import org.jspecify.annotations.Nullable;

/// How many tokens a key may use.
///
/// @param reset by what period the count begins anew, `manual` for by hand only
record TokenQuota(long limit, String reset) {

    static final String MANUAL = "manual";

    private static final long LARGEST = 1_000_000_000_000_000L;

    static TokenQuota read(Body body, @Nullable TokenQuota now) {
        var quota =
                new TokenQuota(
                        body.required(
                                "limit", Form.integer(0, LARGEST), now == null ? null : now.limit),
                        body.required(
                                "reset",
                                Form.oneOf("daily", "weekly", "monthly", MANUAL),
                                now == null ? null : now.reset));
        body.nothingElse();
        return quota;
    }

    boolean isManual() {
        return reset.equals(MANUAL);
    }
}
