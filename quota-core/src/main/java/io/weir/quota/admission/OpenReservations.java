package io.weir.quota.admission;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The reservations that have not ended, oldest first, so that those which nobody ends are found.
///
/// They are linked to each other in a few lists, chosen by thread, each under a lock of its own
/// that is held for a few instructions: adding and removing one costs no allocation and no search.
final class OpenReservations {

    private static final int STRIPES = 16;

    private static final class Stripe {

        private @Nullable Reservation oldest;
        private @Nullable Reservation newest;
        private long size;

        synchronized void add(Reservation reservation) {
            Reservation last = newest;
            reservation.previous = last;
            reservation.next = null;
            if (last == null) {
                oldest = reservation;
            } else {
                last.next = reservation;
            }
            newest = reservation;
            size++;
        }

        synchronized void remove(Reservation reservation) {
            Reservation before = reservation.previous;
            Reservation after = reservation.next;
            if (before == null && oldest != reservation) {
                return;
            }
            if (before == null) {
                oldest = after;
            } else {
                before.next = after;
            }
            if (after == null) {
                newest = before;
            } else {
                after.previous = before;
            }
            reservation.previous = null;
            reservation.next = null;
            size--;
        }

        /// Those at the head that were not touched since; one that was goes to the end of the list.
        synchronized void collect(long since, List<Reservation> expired) {
            for (long left = size; left > 0 && oldest != null; left--) {
                Reservation head = oldest;
                if (head.listedAt - since > 0) {
                    return;
                }
                remove(head);
                if (head.touchedAt - since > 0) {
                    head.listedAt = head.touchedAt;
                    add(head);
                } else {
                    expired.add(head);
                }
            }
        }

        synchronized long size() {
            return size;
        }
    }

    private final Stripe[] stripes = new Stripe[STRIPES];

    OpenReservations() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    static int stripe() {
        return (int) Thread.currentThread().threadId() & (STRIPES - 1);
    }

    void add(Reservation reservation) {
        stripes[reservation.stripe].add(reservation);
    }

    void remove(Reservation reservation) {
        stripes[reservation.stripe].remove(reservation);
    }

    long size() {
        long size = 0;
        for (Stripe stripe : stripes) {
            size += stripe.size();
        }
        return size;
    }

    /// Takes out and ends all that were not touched since an instant of the monotonic clock, and
    /// tells how many.
    int expire(long since) {
        List<Reservation> expired = new ArrayList<>();
        for (Stripe stripe : stripes) {
            stripe.collect(since, expired);
        }
        expired.forEach(Reservation::expire);
        return expired.size();
    }
}
