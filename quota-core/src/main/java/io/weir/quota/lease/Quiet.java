package io.weir.quota.lease;

/// For how long it is of no use to ask the store again, as it has said, and for how much.
final class Quiet {

    private volatile boolean on;
    private volatile long until;

    /// So much may still be there for those who need no more than that.
    private volatile long left;

    /// @param units in the store, which were too few for those who waited
    void until(long nanoTime, long units) {
        until = nanoTime;
        left = units;
        on = true;
    }

    void end() {
        on = false;
    }

    boolean isOn(long nanoTime) {
        return on && nanoTime - until < 0;
    }

    /// @param lacking units on top of what is here
    boolean refuses(long lacking, long nanoTime) {
        return isOn(nanoTime) && lacking > left;
    }
}
