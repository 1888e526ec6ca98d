package io.weir.quota.lease;

/// The store does not answer in time. Nothing was taken or given.
public final class StoreAway extends RuntimeException {

    StoreAway() {
        super("The store of the leases does not answer", null, false, false);
    }
}
