package io.weir.quota.provisioning;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What an entity takes of its reseller's limits.
///
/// @param dataCenter null where none is named
/// @param type `payg` or `allocation`; null where none is named
/// @param cpu cores
/// @param storage each policy once
/// @param backupStorage each backup storage once
public record Place(
        EntityKind kind,
        @Nullable UUID dataCenter,
        @Nullable String type,
        long cpu,
        long memoryGb,
        List<Share> storage,
        List<Share> backupStorage) {

    public Place {
        storage = List.copyOf(storage);
        backupStorage = List.copyOf(backupStorage);
    }
}
