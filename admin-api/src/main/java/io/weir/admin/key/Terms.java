package io.weir.admin.key;

import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a key may do; null is no limit, and no end.
record Terms(
        String label,
        @Nullable Long requestsPerMinute,
        @Nullable Long concurrentRequests,
        @Nullable Instant expiresAt) {

    private static final int LONGEST_LABEL = 200;
    private static final long FASTEST = 1_000_000_000_000L;
    private static final long MOST_CONCURRENT = 1_000_000;

    private static final Terms USUAL = new Terms("", 60L, 5L, null);

    /// @param now what holds so far, null for a new key
    static Terms read(Body body, @Nullable Terms now, Instant time) {
        Terms usual = now == null ? USUAL : now;
        var terms =
                new Terms(
                        body.required(
                                "label", Form.text(LONGEST_LABEL), now == null ? null : now.label),
                        body.nullable(
                                "requests_per_minute",
                                Form.integer(1, FASTEST),
                                usual.requestsPerMinute),
                        body.nullable(
                                "concurrent_requests",
                                Form.integer(1, MOST_CONCURRENT),
                                usual.concurrentRequests),
                        body.nullable("expires_at", Form.after(time), usual.expiresAt));
        body.nothingElse();
        return terms;
    }
}
