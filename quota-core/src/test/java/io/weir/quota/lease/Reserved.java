package io.weir.quota.lease;

import org.jspecify.annotations.Nullable;

/// What a test set aside from a lease.
record Reserved(Lease lease, Slice slice, long units) {

    static @Nullable Reserved of(Lease lease, long units, long now) {
        Slice slice = lease.tryReserve(units, now);
        return slice == null ? null : new Reserved(lease, slice, units);
    }

    void settle(long spent) {
        lease.settle(slice, units, spent);
    }

    void release() {
        settle(0);
    }
}
