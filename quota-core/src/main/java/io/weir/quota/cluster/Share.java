package io.weir.quota.cluster;

/// What one of several nodes holds of a limit when they can't ask each other: equal whole parts,
/// and the remainder one each to the first. Together they never hold more than the limit.
///
/// @param rank of this node among those alive, from 0
public record Share(int rank, int nodes) {

    public static final Share ALL = new Share(0, 1);

    public Share {
        if (nodes < 1 || rank < 0 || rank >= nodes) {
            throw new IllegalArgumentException(
                    "rank must be 0 to nodes - 1, was: %d of %d".formatted(rank, nodes));
        }
    }

    public long of(long limit) {
        return limit / nodes + (rank < limit % nodes ? 1 : 0);
    }
}
