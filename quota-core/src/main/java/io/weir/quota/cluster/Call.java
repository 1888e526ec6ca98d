package io.weir.quota.cluster;

/// The call to the store that one limit has under way, at most.
public final class Call {

    private volatile boolean underWay;
    private volatile long sentAt;
    private long blamedAt;

    public boolean isUnderWay() {
        return underWay;
    }

    /// When the last one was sent.
    public long sentAt() {
        return sentAt;
    }

    public synchronized void begin(long now) {
        sentAt = now;
        blamedAt = now;
        underWay = true;
    }

    public void end() {
        underWay = false;
    }

    boolean isOverdue(long patienceNanos, long now) {
        return underWay && now - sentAt > patienceNanos;
    }

    /// Whether a request that gave up waiting is to be held against the store: one in each of their
    /// patience is.
    synchronized boolean blame(long budgetNanos, long now) {
        if (!underWay || now - blamedAt < budgetNanos) {
            return false;
        }
        blamedAt = now;
        return true;
    }
}
