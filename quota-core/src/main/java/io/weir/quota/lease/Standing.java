package io.weir.quota.lease;

import java.util.OptionalLong;

/// What the store last said of a counter.
///
/// @param known whether it has been asked at all
/// @param limit absent if unlimited
/// @param used by all nodes, this one's share up to `reported`
/// @param leasedElsewhere units that other nodes hold, lost ones included
/// @param forfeited those of lost nodes among them
/// @param reported what this node had used when it was asked
record Standing(
        boolean known,
        OptionalLong limit,
        long used,
        long leasedElsewhere,
        long forfeited,
        long reported) {

    static final Standing UNKNOWN = new Standing(false, OptionalLong.empty(), 0, 0, 0, 0);
}
