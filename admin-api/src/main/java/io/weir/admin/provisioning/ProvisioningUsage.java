package io.weir.admin.provisioning;

/// All that is used of all limits.
record ProvisioningUsage(EntityQuotas quota, ResourceAllocation resourceAllocation) {

    static ProvisioningUsage of(Standing standing) {
        return new ProvisioningUsage(standing.quotas(), standing.allocation());
    }
}
