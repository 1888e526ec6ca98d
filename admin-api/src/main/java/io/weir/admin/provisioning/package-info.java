/// What a reseller of a provisioning platform may have: entity quotas, resource allocations, and
/// the entities that are held to them. A change holds the lock of its reseller's provisioning, and
/// usage is always the sum of what exists: see `R__provisioning.sql`.
@org.jspecify.annotations.NullMarked
package io.weir.admin.provisioning;
