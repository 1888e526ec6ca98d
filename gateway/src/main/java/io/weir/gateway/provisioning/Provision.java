package io.weir.gateway.provisioning;

import io.weir.quota.provisioning.EntityKind;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/// What a route says of what its requests create and delete.
///
/// @param entity what each POST adds one of
/// @param id where the answer to a POST tells what the upstream calls it; null if it doesn't
/// @param pathVariable of the route's path, which names what a DELETE removes; null if none does
/// @param takes where the body of a POST tells what it takes
public record Provision(
        EntityKind entity, @Nullable JsonPointer id, @Nullable String pathVariable, Takes takes) {

    /// Each null where the route's entities take nothing of it.
    record Takes(
            @Nullable JsonPointer cpu,
            @Nullable JsonPointer memoryGb,
            @Nullable JsonPointer dataCenter,
            @Nullable JsonPointer type,
            @Nullable Shares storage,
            @Nullable Shares backupStorage) {

        private static final Takes NOTHING = new Takes(null, null, null, null, null, null);

        boolean isNothing() {
            return equals(NOTHING);
        }
    }

    /// A list of facilities with what is taken of each.
    ///
    /// @param list where it stands
    /// @param uuid of the facility, from an item
    /// @param amount in gigabytes, from an item
    record Shares(JsonPointer list, JsonPointer uuid, JsonPointer amount) {}

    /// Whether answers to POSTs have to be read.
    public boolean readsAnswers() {
        return id != null;
    }
}
