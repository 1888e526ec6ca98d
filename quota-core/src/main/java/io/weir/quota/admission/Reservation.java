package io.weir.quota.admission;

import io.weir.quota.usage.Usage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What all limits of a subject path set aside for one request. It ends once, in [#settle] or in
/// [#release]; ending it again does nothing and says so.
///
/// A request that was forwarded settles, however it ended: complete, error or cancel. Only one that
/// was never forwarded is released. One that nobody ends expires: it is then settled at what it had
/// reserved if it was forwarded, and released if it was not.
///
/// A stream that uses more than was foreseen adds parts to it, each admitted by all limits or by
/// none like the request itself, and each counted in the period in which it was admitted.
public final class Reservation {

    /// What was taken at once from every limit of a path, in the order of the path's limits.
    static final class Part {

        private final CompiledPath path;
        private final @Nullable Object[] taken;
        private final Usage reserved;
        private final Usage reservedBefore;
        private final @Nullable Part older;

        /// @param older what was taken before
        Part(CompiledPath path, @Nullable Object[] taken, Usage reserved, @Nullable Part older) {
            this.path = path;
            this.taken = taken;
            this.reserved = reserved;
            this.reservedBefore = older == null ? Usage.NONE : older.sum();
            this.older = older;
        }

        Usage sum() {
            return older == null ? reserved : reservedBefore.plus(reserved);
        }

        void settle(Usage used) {
            Limit[] limits = path.limits();
            for (int i = 0; i < limits.length; i++) {
                limits[i].settle(Objects.requireNonNull(taken[i]), reserved, used);
            }
        }

        void release() {
            Limit[] limits = path.limits();
            for (int i = 0; i < limits.length; i++) {
                limits[i].release(Objects.requireNonNull(taken[i]), reserved);
            }
        }
    }

    private static final int UNDECIDED = 0;
    private static final int FORWARDED = 1;
    private static final int RELEASED = 2;

    private static final VarHandle PARTS;
    private static final VarHandle WAY;

    static {
        try {
            PARTS = MethodHandles.lookup().findVarHandle(Reservation.class, "parts", Part.class);
            WAY = MethodHandles.lookup().findVarHandle(Reservation.class, "way", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /// The newest part; nothing once it has ended.
    private volatile @Nullable Part parts;

    private final OpenReservations open;

    /// Whether it was forwarded or released: not both, though whoever leaves and whoever forwards
    /// are two threads.
    private volatile int way = UNDECIDED;

    private volatile @Nullable Runnable whenExpired;

    // Of the list of open reservations, and guarded by it.
    @Nullable Reservation previous;
    @Nullable Reservation next;
    long listedAt;
    final int stripe;
    volatile long touchedAt;

    Reservation(Part first, OpenReservations open, int stripe, long nanoTime) {
        this.parts = first;
        this.open = open;
        this.stripe = stripe;
        this.touchedAt = nanoTime;
        this.listedAt = nanoTime;
    }

    /// The request is on its way to the upstream: from now on it has cost something.
    ///
    /// @return false if it was released before: it must not be sent then
    public boolean forwarded() {
        return WAY.compareAndSet(this, UNDECIDED, FORWARDED) || way == FORWARDED;
    }

    public boolean isForwarded() {
        return way == FORWARDED;
    }

    /// Ends it with nothing used, unless it was forwarded.
    ///
    /// @return whether this ended it
    public boolean releaseUnforwarded() {
        return WAY.compareAndSet(this, UNDECIDED, RELEASED) && release();
    }

    /// What to do, in place of the ending described above, when this expires: it must end it.
    public void whenExpired(Runnable action) {
        whenExpired = action;
    }

    /// The request is alive: its life is counted from now on.
    ///
    /// @param nanoTime of the monotonic clock
    public void touch(long nanoTime) {
        touchedAt = nanoTime;
    }

    /// What is set aside in all; nothing once it has ended.
    public Usage reserved() {
        Part newest = parts;
        return newest == null ? Usage.NONE : newest.sum();
    }

    /// Ends it with what was really used, which may be more than was reserved.
    ///
    /// @return whether this ended it
    public boolean settle(Usage used) {
        Part newest = end();
        if (newest == null) {
            return false;
        }
        Usage left = used;
        for (Part part = newest; part.older != null; part = part.older) {
            Usage share = used.minusAtMost(part.reservedBefore).atMost(part.reserved);
            part.settle(share);
            left = left.minusAtMost(share);
        }
        first(newest).settle(left);
        return true;
    }

    /// @return whether this ended it
    public boolean release() {
        Part newest = end();
        if (newest == null) {
            return false;
        }
        for (Part part = newest; part != null; part = part.older) {
            part.release();
        }
        return true;
    }

    /// Nobody has ended it in time.
    void expire() {
        Runnable action = whenExpired;
        if (action != null) {
            action.run();
        } else if (isForwarded()) {
            settle(reserved());
        } else {
            releaseUnforwarded();
        }
    }

    /// Adds a part, or answers false if it has ended meanwhile.
    boolean grow(CompiledPath path, @Nullable Object[] taken, Usage more) {
        Part newest = parts;
        while (newest != null) {
            if (PARTS.compareAndSet(this, newest, new Part(path, taken, more, newest))) {
                return true;
            }
            newest = parts;
        }
        return false;
    }

    private @Nullable Part end() {
        Part newest = (Part) PARTS.getAndSet(this, (Part) null);
        if (newest != null) {
            open.remove(this);
        }
        return newest;
    }

    private static Part first(Part newest) {
        Part part = newest;
        while (part.older != null) {
            part = part.older;
        }
        return part;
    }
}
