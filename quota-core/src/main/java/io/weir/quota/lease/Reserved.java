package io.weir.quota.lease;

/// Units of a lease that are set aside for one request, in the period it was admitted in. Whoever
/// holds it ends it once.
public final class Reserved {

    private final Lease lease;
    private final Slice slice;
    private final long units;

    Reserved(Lease lease, Slice slice, long units) {
        this.lease = lease;
        this.slice = slice;
        this.units = units;
    }

    /// The request used `spent` units; the rest is free again.
    public void settle(long spent) {
        slice.settle(units, spent);
        lease.look();
    }

    public void release() {
        settle(0);
    }
}
