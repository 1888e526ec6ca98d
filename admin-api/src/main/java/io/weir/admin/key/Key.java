package io.weir.admin.key;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.wire.Ids;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// @param clientId null for a key of the reseller's own
record Key(
        UUID id,
        UUID resellerId,
        @Nullable UUID clientId,
        Terms terms,
        String prefix,
        String lastFour,
        String status,
        @Nullable Instant revokedAt,
        long revision,
        Instant createdAt) {

    /// A key as callers see it, ever after.
    record Answer(
            String id,
            String resellerId,
            @Nullable String clientId,
            String label,
            String prefix,
            String lastFour,
            @Nullable Long requestsPerMinute,
            @Nullable Long concurrentRequests,
            @Nullable Instant expiresAt,
            String status,
            @Nullable Instant revokedAt,
            Instant createdAt) {}

    /// A key in the one answer that shows its secret.
    record Created(@JsonUnwrapped Answer key, String secret) {

        /// Records print their components, and this is a secret.
        @Override
        public String toString() {
            return "Created[" + key + "]";
        }
    }

    Answer answer() {
        return new Answer(
                Ids.text(SubjectKind.KEY, id),
                Ids.text(SubjectKind.RESELLER, resellerId),
                clientId == null ? null : Ids.text(SubjectKind.CLIENT, clientId),
                terms.label(),
                prefix,
                lastFour,
                terms.requestsPerMinute(),
                terms.concurrentRequests(),
                terms.expiresAt(),
                status,
                revokedAt,
                createdAt);
    }
}
