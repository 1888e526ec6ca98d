package io.weir.admin.forfeit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import java.time.Instant;
import java.util.UUID;

/// What a node may spend of a quota.
///
/// @param mayBeForfeited whether its node was not seen for so long that it can't be spending it
record Lease(
        UUID id,
        Share share,
        String status,
        Instant expiresAt,
        Instant seenAt,
        boolean mayBeForfeited) {

    record Answer(
            String id,
            @JsonUnwrapped Share share,
            String status,
            Instant expiresAt,
            Instant nodeSeenAt,
            boolean mayBeForfeited) {}

    Answer answer() {
        return new Answer(
                Ids.text(Resource.LEASE, id), share, status, expiresAt, seenAt, mayBeForfeited);
    }
}
