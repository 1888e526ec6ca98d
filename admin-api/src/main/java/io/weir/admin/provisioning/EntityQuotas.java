package io.weir.admin.provisioning;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How many entities a reseller may have and has, and where.
record EntityQuotas(Quota tenants, Quota vdcs, Quota vms, List<DataCenter> dataCenters) {

    record Quota(long current, @Nullable Long max, boolean unlimited, boolean disabled) {

        static Quota of(Limit limit) {
            return new Quota(limit.used(), limit.max(), limit.unlimited(), limit.disabled());
        }
    }

    record DataCenter(UUID dataCenterUuid, String dataCenterName) {}

    EntityQuotas {
        dataCenters = List.copyOf(dataCenters);
    }
}
