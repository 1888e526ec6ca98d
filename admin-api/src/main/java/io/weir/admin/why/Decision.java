package io.weir.admin.why;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Why a request was refused; or what would have refused it, had it not only observed.
record Decision(
        UUID id,
        UUID resellerId,
        @Nullable UUID clientId,
        UUID keyId,
        String outcome,
        String route,
        JsonNode explanation,
        Instant decidedAt) {

    /// A decision as callers see it.
    ///
    /// @param status what the caller was answered, with `type`, `title` and `detail`; null if the
    ///   request was admitted
    record Answer(
            String id,
            String resellerId,
            @Nullable String clientId,
            String keyId,
            String route,
            String outcome,
            @Nullable Integer status,
            @Nullable String type,
            @Nullable String title,
            @Nullable String detail,
            @Nullable Decider decidedBy,
            List<Met> limits,
            Instant createdAt) {}

    static Decision of(Readable row) {
        return new Decision(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                Values.orNull(row, "client_id", UUID.class),
                Values.get(row, "key_id", UUID.class),
                Values.get(row, "outcome", String.class),
                Values.get(row, "route", String.class),
                JsonMapper.shared().readTree(Values.get(row, "explanation", String.class)),
                Values.instant(row, "decided_at"));
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.REQUEST, id),
                Ids.text(SubjectKind.RESELLER, resellerId),
                Ids.textOrNull(SubjectKind.CLIENT, clientId),
                Ids.text(SubjectKind.KEY, keyId),
                route,
                outcome,
                explanation.has("status") ? explanation.get("status").intValue() : null,
                Met.text(explanation, "type"),
                Met.text(explanation, "title"),
                Met.text(explanation, "detail"),
                explanation.has("decided_by") ? Decider.of(explanation.get("decided_by")) : null,
                explanation.get("limits").valueStream().map(Met::of).toList(),
                decidedAt);
    }
}
