package io.weir.quota.lease;

import io.weir.quota.journal.Slot;
import io.weir.quota.schedule.Period;
import java.util.concurrent.atomic.AtomicLong;

/// The units of one period's counter that this node may spend.
///
/// A unit is `available`, `reserved` by a request under way, or `used`; requests move it along with
/// atomic steps, and only the exchange with the store adds or removes any. `available` goes below
/// zero when a request used more than it had reserved: the work is done, so it is counted.
public final class Slice {

    private volatile Period period;
    private final AtomicLong available = new AtomicLong();

    /// What is reserved and used, where it survives this process. What is available need not: it is
    /// what the store says is held, less these.
    private final Slot slot;

    /// What is known of the counter as a whole; written by the exchange only.
    private volatile Standing standing = Standing.UNKNOWN;

    /// When it may be spent.
    private volatile Term term;

    // The exchange's own: what it told the store, what it took out to give back, and what the store
    // then says is held, which is available + reserved + used - reported at any instant.
    private long returning;
    private long holding;
    private long renewedAt;

    /// A new slice holds nothing and is over until the store has answered for it.
    Slice(Period period, Slot slot, long nanoTime) {
        this.period = period;
        this.slot = slot;
        this.term = Term.over(nanoTime);
    }

    Period period() {
        return period;
    }

    long available() {
        return available.get();
    }

    long reserved() {
        return slot.open();
    }

    long used() {
        return slot.used();
    }

    Slot slot() {
        return slot;
    }

    Standing standing() {
        return standing;
    }

    boolean tryReserve(long units) {
        long free = available.get();
        while (free >= units) {
            if (available.compareAndSet(free, free - units)) {
                slot.addOpen(units);
                return true;
            }
            free = available.get();
        }
        return false;
    }

    void overdraw(long units) {
        available.addAndGet(-units);
        slot.addOpen(units);
    }

    /// Ends a reservation of `units` of which `spent` were used.
    void settle(long units, long spent) {
        slot.addUsed(spent);
        slot.addOpen(-units);
        available.addAndGet(units - spent);
    }

    /// Used by this node and not yet in the store's figure.
    long unreported() {
        return slot.used() - standing.reported();
    }

    /// Takes out units to give back, as many as are there of those wanted.
    long takeBack(long units) {
        long free = available.get();
        while (free > 0) {
            long taken = Math.min(free, units);
            if (available.compareAndSet(free, free - taken)) {
                returning = taken;
                return taken;
            }
            free = available.get();
        }
        returning = 0;
        return 0;
    }

    /// Units used since the last report, to be reported now under this number.
    long report(long number) {
        long fresh = slot.report(number);
        holding -= fresh;
        return fresh;
    }

    boolean startsAt(Period other) {
        return period.starts().equals(other.starts());
    }

    void reopen(Period sameStart, long nanoTime) {
        period = sameStart;
        term = Term.over(nanoTime);
    }

    /// Whether its period is, as far as this node can tell.
    boolean isOver(long nanoTime) {
        return term.isOver(nanoTime);
    }

    boolean isSpendable(long nanoTime) {
        return term.isSpendable(nanoTime);
    }

    /// When it is not spent any more unless it is renewed before.
    long until() {
        return term.until();
    }

    /// Whether the store believes that this node holds some of it.
    boolean isHeld() {
        return holding > 0;
    }

    /// Whether the store has not heard of it for so long, although it believes that this node holds
    /// some of it.
    boolean isUnheardFor(long nanos, long nanoTime) {
        return isHeld() && nanoTime - renewedAt >= nanos;
    }

    /// Takes the store's answer to what was reported and given back. The store's word on what this
    /// node holds is final, so that use beyond the lease, which it has counted, is owed no longer.
    void apply(LeaseStore.Grant grant, long number, long askedAt, Term answered) {
        slot.applied(number);
        available.addAndGet(grant.held() - (holding - returning));
        holding = grant.held();
        returning = 0;
        renewedAt = askedAt;
        term = answered;
        standing =
                new Standing(
                        true,
                        grant.limit(),
                        grant.used(),
                        grant.leased() - grant.held() + grant.forfeited(),
                        grant.forfeited(),
                        slot.reported());
    }

    /// The store has given this node up, with what it held; the last report it applied had this
    /// number. What is used and not counted yet is still true, and so is what is under way: under
    /// the next identity it is use without a lease, until the store grants one.
    void giveUp(long lastApplied, long nanoTime) {
        term = Term.over(nanoTime);
        holding += slot.refused(lastApplied);
        available.addAndGet(returning - holding);
        holding = 0;
        returning = 0;
    }

    /// Nothing is left to report or to give back.
    boolean isSettled() {
        return returning == 0
                && holding == 0
                && slot.open() == 0
                && available.get() == 0
                && slot.used() == slot.reported();
    }

    /// A node that stops counts what is still under way as used, at its reservation.
    void bookReserved() {
        slot.bookOpen();
    }
}
