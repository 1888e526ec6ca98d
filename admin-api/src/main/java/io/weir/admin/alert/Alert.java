package io.weir.admin.alert;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.quota.Amount;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/// A quota of which a percentage was used, once in a period.
///
/// @param limit of which the percentage is told, as it was then
/// @param used by then
record Alert(
        UUID id,
        UUID resellerId,
        SubjectKind kind,
        UUID subject,
        String policy,
        int percent,
        Amount limit,
        Amount used,
        Instant starts,
        Instant crossedAt) {

    record Answer(
            String id,
            String resellerId,
            String scope,
            String subjectId,
            String policy,
            int percent,
            String unit,
            Amount limit,
            Amount used,
            Instant starts,
            Instant createdAt) {}

    static Alert of(Readable row) {
        QuotaUnit unit = QuotaUnit.of(Values.get(row, "unit", String.class));
        return new Alert(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                SubjectKind.valueOf(Values.get(row, "kind", String.class).toUpperCase(Locale.ROOT)),
                Values.get(row, "subject", UUID.class),
                Values.get(row, "policy", String.class),
                Values.get(row, "percent", Integer.class),
                new Amount(unit, Values.get(row, "limit", Long.class)),
                new Amount(unit, Values.get(row, "used", Long.class)),
                Values.instant(row, "starts"),
                Values.instant(row, "crossed_at"));
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.ALERT, id),
                Ids.text(SubjectKind.RESELLER, resellerId),
                kind.name().toLowerCase(Locale.ROOT),
                Ids.text(kind, subject),
                policy,
                percent,
                limit.unit().word(),
                limit,
                used,
                starts,
                crossedAt);
    }
}
