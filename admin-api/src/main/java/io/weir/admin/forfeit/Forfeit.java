package io.weir.admin.forfeit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a lost node's lease held, set aside until it is decided over.
record Forfeit(
        UUID id, Share share, String status, Instant forfeitedAt, @Nullable Instant decidedAt) {

    record Answer(
            String id,
            @JsonUnwrapped Share share,
            String status,
            Instant createdAt,
            @Nullable Instant decidedAt) {}

    /// How many came of giving a node up.
    record Made(String nodeId, long forfeits) {}

    /// It changes once.
    long revision() {
        return decidedAt == null ? 1 : 2;
    }

    Answer answer() {
        return new Answer(Ids.text(Resource.FORFEIT, id), share, status, forfeitedAt, decidedAt);
    }
}
