package io.weir.quota.provisioning;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One thing that stands in the way of an entity.
public sealed interface Obstacle {

    /// What is named is not there.
    ///
    /// @param name `data_center`, `storage` or `backup_storage`
    record Unknown(String name, UUID facility) implements Obstacle {}

    /// A facility is there, and not the reseller's to use.
    record NotAllocated(String name, UUID facility) implements Obstacle {}

    /// It would be paid for as it goes, where only allocations are allowed.
    record NoPayg() implements Obstacle {}

    /// @param limit its name, such as `vms`, `cpu` or `storage`
    /// @param facility of which the limit is; null for what there is one of
    record Exceeded(String limit, @Nullable UUID facility, long max, long used, long asked)
            implements Obstacle {}
}
