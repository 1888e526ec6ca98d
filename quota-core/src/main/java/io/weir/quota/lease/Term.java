package io.weir.quota.lease;

/// When a slice may be spent, on this node's monotonic clock: from `starts`, which is not before
/// the period starts on the store's clock, until `until`, which is neither after its end nor after
/// the life of the lease. At `ends` the period is over, and what is known of it is of no more use.
record Term(long starts, long until, long ends) {

    static Term over(long nanoTime) {
        return new Term(nanoTime, nanoTime, nanoTime);
    }

    boolean isSpendable(long nanoTime) {
        return nanoTime - until < 0 && nanoTime - starts >= 0;
    }

    boolean isOver(long nanoTime) {
        return nanoTime - ends >= 0;
    }
}
