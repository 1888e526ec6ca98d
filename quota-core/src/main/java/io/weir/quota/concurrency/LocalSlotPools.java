package io.weir.quota.concurrency;

import io.weir.quota.cluster.Share;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;

/// Slots in memory: all there are of a single gateway, or this node's share of them.
public final class LocalSlotPools implements SlotPools {

    private final Registry<LocalSlots> pools = new Registry<>();
    private volatile Share share = Share.ALL;

    @Override
    public Slots slots(Subject subject, PolicyName policy) {
        return pools.get(subject, policy, () -> new LocalSlots(this));
    }

    /// The number of live nodes has changed.
    ///
    /// @param rank of this node among them, from 0
    public void share(int rank, int nodes) {
        share = new Share(rank, nodes);
    }

    Share share() {
        return share;
    }
}
