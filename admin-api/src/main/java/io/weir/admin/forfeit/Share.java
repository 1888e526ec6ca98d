package io.weir.admin.forfeit;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.quota.Amount;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.UUID;

/// Units of one period of a quota that a node took.
record Share(
        String nodeId,
        String nodeName,
        String subjectId,
        String policy,
        String unit,
        Instant starts,
        Amount amount) {

    static final String UNIT =
            """
            CASE WHEN s.policy LIKE 'rule-%' THEN 'credits'
                 WHEN s.policy = 'tokens' THEN 'tokens'
                 WHEN s.policy LIKE 'group-%' THEN substr(s.policy, 7)
                 ELSE 'requests' END AS unit
            """;

    static Share of(Readable row) {
        String policy = Values.get(row, "policy", String.class);
        QuotaUnit unit = QuotaUnit.of(Values.get(row, "unit", String.class));
        return new Share(
                Ids.text(Resource.NODE, Values.get(row, "node", UUID.class)),
                Values.get(row, "name", String.class),
                Ids.text(kind(policy), Values.get(row, "subject", UUID.class)),
                policy,
                unit.word(),
                Values.instant(row, "starts"),
                new Amount(unit, Values.get(row, "units", Long.class)));
    }

    private static SubjectKind kind(String policy) {
        return switch (policy) {
            case "monthly" -> SubjectKind.CLIENT;
            case "pool", "own" -> SubjectKind.RESELLER;
            case "group-requests", "group-tokens", "group-credits" -> SubjectKind.GROUP;
            default -> SubjectKind.KEY;
        };
    }
}
