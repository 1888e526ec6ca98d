package io.weir.admin.audit;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What somebody did.
///
/// @param number its place in the log
/// @param changes JSON
/// @param hash in hex
record Entry(
        long number,
        UUID id,
        Instant createdAt,
        Actor actor,
        String resource,
        String action,
        List<String> subjects,
        @Nullable UUID reseller,
        @Nullable String requestId,
        String changes,
        long omitted,
        String hash) {

    record Answer(
            String id,
            Instant createdAt,
            long number,
            Actor.Shown actor,
            String resource,
            String action,
            List<String> subjects,
            @Nullable String resellerId,
            @Nullable String requestId,
            JsonNode changes,
            long changesOmitted,
            String hash) {}

    /// Lists go on after its number, which an id holds that is no other's.
    UUID place() {
        return new UUID(0, number);
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.AUDIT_ENTRY, id),
                createdAt,
                number,
                actor.shown(),
                resource,
                action,
                subjects,
                Ids.textOrNull(SubjectKind.RESELLER, reseller),
                requestId,
                JsonMapper.shared().readTree(changes),
                omitted,
                hash);
    }
}
