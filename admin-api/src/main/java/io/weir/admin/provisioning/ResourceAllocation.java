package io.weir.admin.provisioning;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a reseller's entities may take together, and what they do.
record ResourceAllocation(
        boolean allowPayg,
        Resource cpu,
        Resource memoryGb,
        List<Storage> storage,
        List<BackupStorage> backupStorage) {

    record Resource(
            @Nullable Long max,
            long used,
            @Nullable Long available,
            @Nullable BigDecimal percentage,
            boolean unlimited) {

        static Resource of(Limit limit) {
            return new Resource(
                    limit.max(),
                    limit.used(),
                    limit.available(),
                    limit.percentage(),
                    limit.unlimited());
        }
    }

    record Storage(
            UUID storagePolicyUuid,
            String storagePolicyName,
            @Nullable Long maxCapacityGb,
            long usedCapacityGb,
            @Nullable Long availableCapacityGb,
            @Nullable BigDecimal percentage,
            boolean unlimited) {

        static Storage of(UUID id, String name, Limit limit) {
            return new Storage(
                    id,
                    name,
                    limit.max(),
                    limit.used(),
                    limit.available(),
                    limit.percentage(),
                    limit.unlimited());
        }
    }

    record BackupStorage(
            UUID backupStorageUuid,
            String backupStorageName,
            @Nullable Long maxCapacityGb,
            long usedCapacityGb,
            @Nullable Long availableCapacityGb,
            @Nullable BigDecimal percentage,
            boolean unlimited) {

        static BackupStorage of(UUID id, String name, Limit limit) {
            return new BackupStorage(
                    id,
                    name,
                    limit.max(),
                    limit.used(),
                    limit.available(),
                    limit.percentage(),
                    limit.unlimited());
        }
    }

    ResourceAllocation {
        storage = List.copyOf(storage);
        backupStorage = List.copyOf(backupStorage);
    }
}
