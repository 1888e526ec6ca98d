package io.weir.admin.key;

import io.weir.admin.quota.AlertPercents;
import io.weir.admin.wire.Body;
import io.weir.admin.wire.Form;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a key may do; null is no limit, none, and no end.
///
/// @param failureMode what its quotas do while the database is away
record Terms(
        String label,
        @Nullable Long requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Long requestsPerDay,
        @Nullable Long concurrentRequests,
        @Nullable TokenQuota tokenQuota,
        @Nullable UUID group,
        @Nullable UUID rule,
        String failureMode,
        List<Long> alertPercents,
        @Nullable Instant expiresAt,
        Allowed allowed) {

    private static final int LONGEST_LABEL = 200;
    private static final long FASTEST = 1_000_000_000_000L;
    private static final long MOST_CONCURRENT = 1_000_000;

    private static final Terms USUAL =
            new Terms(
                    "",
                    60L,
                    null,
                    null,
                    5L,
                    null,
                    null,
                    null,
                    "closed",
                    AlertPercents.USUAL,
                    null,
                    Allowed.ALL);

    /// @param now what holds so far, null for a new key
    static Terms read(Body body, @Nullable Terms now, Instant time) {
        Terms usual = now == null ? USUAL : now;
        var rate = Form.integer(1, FASTEST);
        var terms =
                new Terms(
                        body.required(
                                "label", Form.text(LONGEST_LABEL), now == null ? null : now.label),
                        body.nullable("requests_per_minute", rate, usual.requestsPerMinute),
                        body.nullable("tokens_per_minute", rate, usual.tokensPerMinute),
                        body.nullable("requests_per_day", rate, usual.requestsPerDay),
                        body.nullable(
                                "concurrent_requests",
                                Form.integer(1, MOST_CONCURRENT),
                                usual.concurrentRequests),
                        body.nullableObject(
                                "token_quota",
                                quota -> TokenQuota.read(quota, usual.tokenQuota),
                                usual.tokenQuota),
                        body.nullable("group_id", Form.id(SubjectKind.GROUP), usual.group),
                        body.nullable("rule_id", Form.id(Resource.RULE), usual.rule),
                        body.required(
                                "failure_mode", Form.oneOf("closed", "open"), usual.failureMode),
                        AlertPercents.read(body, usual.alertPercents),
                        body.nullable("expires_at", Form.after(time), usual.expiresAt),
                        Allowed.read(body, usual.allowed));
        body.nothingElse();
        return terms;
    }
}
