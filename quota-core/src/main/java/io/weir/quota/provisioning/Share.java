package io.weir.quota.provisioning;

import java.util.UUID;

/// What an entity takes of a storage policy or a backup storage.
///
/// @param gb gigabytes, at least 1
public record Share(UUID facility, long gb) {}
