package io.weir.quota.lease;

/// How large a lease its recent use calls for: enough for a few ticks, so that one statement serves
/// thousands of requests, and down to nothing when nobody calls.
///
/// Grows at once when requests had to wait, and halves with each tick that used less.
final class Demand {

    static final long SMALLEST = 16;
    private static final long LARGEST = 1L << 40;
    private static final int TICKS_HELD = 4;
    private static final int IDLE_TICKS = 4;

    private long size = SMALLEST;
    private long seen;
    private int idleTicks;

    /// @param taken units used or reserved so far in this period
    void tick(long taken) {
        long recent = Math.max(0, taken - seen);
        seen = taken;
        idleTicks = recent == 0 ? idleTicks + 1 : 0;
        size = Math.clamp(TICKS_HELD * recent, Math.max(SMALLEST, size / 2), LARGEST);
    }

    void starved(long needs) {
        idleTicks = 0;
        size = Math.clamp(4 * Math.max(size, needs), SMALLEST, LARGEST);
    }

    long size() {
        return size;
    }

    boolean isIdle() {
        return idleTicks >= IDLE_TICKS;
    }

    /// A new period counts from zero.
    void restart() {
        seen = 0;
    }
}
