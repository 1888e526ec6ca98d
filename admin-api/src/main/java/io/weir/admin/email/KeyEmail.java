package io.weir.admin.email;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An address that is bound to a key.
///
/// @param clientId null for a key of the reseller's own
record KeyEmail(
        UUID id,
        UUID resellerId,
        @Nullable UUID clientId,
        UUID keyId,
        String email,
        Instant createdAt) {

    record Answer(
            String id,
            String resellerId,
            @Nullable String clientId,
            String keyId,
            String email,
            Instant createdAt) {}

    static KeyEmail of(Readable row) {
        return new KeyEmail(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                Values.orNull(row, "client_id", UUID.class),
                Values.get(row, "key_id", UUID.class),
                Values.get(row, "email", String.class),
                Values.instant(row, "created_at"));
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.EMAIL, id),
                Ids.text(SubjectKind.RESELLER, resellerId),
                Ids.textOrNull(SubjectKind.CLIENT, clientId),
                Ids.text(SubjectKind.KEY, keyId),
                email,
                createdAt);
    }

    /// An address may hold what has a meaning of its own in a path.
    URI location() {
        String segment = URLEncoder.encode(email, StandardCharsets.UTF_8);
        return URI.create(
                "/api/v1/keys/%s/emails/%s".formatted(Ids.text(SubjectKind.KEY, keyId), segment));
    }
}
