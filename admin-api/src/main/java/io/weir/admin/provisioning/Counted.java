package io.weir.admin.provisioning;

import io.r2dbc.spi.Readable;
import io.weir.admin.database.Values;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An entity that exists, since when, and whose it is.
record Counted(Entity entity, UUID reseller, Instant createdAt) {

    /// An entity as callers see it.
    sealed interface Answer {

        record Tenant(UUID id, String resellerId, String name, Instant createdAt)
                implements Answer {}

        record Vdc(
                UUID id,
                String resellerId,
                @Nullable UUID tenantUuid,
                String name,
                @Nullable UUID dataCenterUuid,
                @Nullable String type,
                long cpu,
                long memoryGb,
                List<Storage> storage,
                List<Backup> backupStorage,
                Instant createdAt)
                implements Answer {}

        record Vm(
                UUID id, String resellerId, @Nullable UUID vdcUuid, String name, Instant createdAt)
                implements Answer {}

        record Storage(UUID storagePolicyUuid, long capacityGb) {}

        record Backup(UUID backupStorageUuid, long capacityGb) {}
    }

    static Counted of(Readable row) {
        return new Counted(
                Entity.of(row),
                Values.get(row, "reseller_id", UUID.class),
                Values.instant(row, "created_at"));
    }

    UUID id() {
        return entity.id();
    }

    Answer answer() {
        String owner = Entity.ownerText(reseller);
        return switch (entity.kind()) {
            case TENANT -> new Answer.Tenant(entity.id(), owner, entity.name(), createdAt);
            case VDC -> vdc(owner);
            case VM -> new Answer.Vm(entity.id(), owner, entity.parent(), entity.name(), createdAt);
        };
    }

    private Answer vdc(String owner) {
        return new Answer.Vdc(
                entity.id(),
                owner,
                entity.parent(),
                entity.name(),
                entity.dataCenter(),
                entity.type(),
                entity.cpu(),
                entity.memoryGb(),
                entity.storage().stream()
                        .map(share -> new Answer.Storage(share.facility(), share.gb()))
                        .toList(),
                entity.backupStorage().stream()
                        .map(share -> new Answer.Backup(share.facility(), share.gb()))
                        .toList(),
                createdAt);
    }
}
