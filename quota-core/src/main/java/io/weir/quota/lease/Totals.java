package io.weir.quota.lease;

import java.util.Collection;
import java.util.OptionalLong;

/// The leases of this node in figures, as they were when last looked at.
///
/// @param held units it may spend or has set aside
/// @param outstanding units that are used or set aside here, which the store has not counted yet
/// @param forfeited units of the same counters that lost nodes held, and nobody has decided over
/// @param until when the first of the leases is not spent any more, unless it is renewed before
record Totals(long held, long outstanding, long forfeited, OptionalLong until) {

    static final Totals NONE = new Totals(0, 0, 0, OptionalLong.empty());

    static Totals of(Collection<Lease> leases, long nanoTime) {
        long held = 0;
        long outstanding = 0;
        long forfeited = 0;
        long left = Long.MAX_VALUE;
        for (Lease lease : leases) {
            Slice slice = lease.current();
            if (slice != null) {
                held += Math.max(0, slice.available() + slice.reserved());
                outstanding += slice.reserved() + slice.unreported();
                forfeited += slice.standing().forfeited();
                left = slice.isHeld() ? Math.min(left, slice.until() - nanoTime) : left;
            }
        }
        var until =
                left == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(nanoTime + left);
        return new Totals(held, outstanding, forfeited, until);
    }
}
