package io.weir.admin.provisioning;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import io.weir.admin.wire.Ids;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.UUID;

/// A data center, storage policy or backup storage.
///
/// @param allocated whether its reseller may use it
record Facility(UUID id, UUID reseller, String name, boolean allocated, Instant createdAt) {

    record Answer(UUID id, String resellerId, String name, boolean allocated, Instant createdAt) {}

    static Facility of(Readable row) {
        return new Facility(
                Values.get(row, "id", UUID.class),
                Values.get(row, "reseller_id", UUID.class),
                Values.get(row, "name", String.class),
                Values.get(row, "allocated", Boolean.class),
                Values.instant(row, "created_at"));
    }

    Answer answer() {
        return new Answer(id, Ids.text(SubjectKind.RESELLER, reseller), name, allocated, createdAt);
    }
}
