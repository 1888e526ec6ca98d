package io.weir.quota.admission;

import java.util.concurrent.atomic.AtomicBoolean;

/// What all limits of a subject path set aside for one request. It ends once, in [#settle] or in
/// [#release]; ending it again does nothing and says so.
///
/// A request that was forwarded settles, however it ended: complete, error or cancel. Only one that
/// was never forwarded is released.
public final class Reservation {

    private final Hold[] holds;
    private final AtomicBoolean ended = new AtomicBoolean();

    Reservation(Hold[] holds) {
        this.holds = holds;
    }

    /// @return whether this ended it
    public boolean settle(long spent) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        for (Hold hold : holds) {
            hold.settle(spent);
        }
        return true;
    }

    /// @return whether this ended it
    public boolean release() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        for (Hold hold : holds) {
            hold.release();
        }
        return true;
    }
}
