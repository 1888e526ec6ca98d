package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.Bill;
import io.weir.quota.admission.Reservation;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollups;
import io.weir.quota.usage.Usage;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/// One admitted request until it has ended. However it ends, and however often that is noticed, it
/// is settled once; if it never reached the upstream, it is released instead and costs nothing.
final class Admitting {

    private final Reservation reservation;
    private final Caller caller;
    private final String route;
    private final long admittedAt;
    private final long begin = System.nanoTime();
    private final Bill bill;
    private final String model;
    private final Settling settling;
    private Rollups.Open open;
    private boolean closed;
    private volatile boolean left;
    private volatile boolean settled;
    private volatile boolean held;

    /// @param admittedAt milliseconds since 1970; usage belongs to the minute of its admission
    /// @param worst what it is taken to have used if nobody ever tells
    /// @param model it asks for; empty for none
    Admitting(
            Reservation reservation,
            Caller caller,
            String route,
            long admittedAt,
            Bill bill,
            Metered worst,
            String model,
            Settling settling) {
        this.reservation = reservation;
        this.caller = caller;
        this.route = route;
        this.admittedAt = admittedAt;
        this.bill = bill;
        this.model = model;
        this.settling = settling;
        this.open = settling.open(this, worst);
        reservation.whenExpired(this::expire);
    }

    Reservation reservation() {
        return reservation;
    }

    SubjectPath path() {
        return caller.path();
    }

    Caller caller() {
        return caller;
    }

    String route() {
        return route;
    }

    String model() {
        return model;
    }

    long admittedAt() {
        return admittedAt;
    }

    /// In nanoseconds, since it was admitted.
    long age() {
        return System.nanoTime() - begin;
    }

    /// Still under way at an instant of the monotonic clock.
    void touch(long nanoTime) {
        reservation.touch(nanoTime);
    }

    /// The upstream has begun to answer.
    void answered(HttpStatusCode status, HttpHeaders headers) {
        bill.answered(status, headers);
    }

    /// More was set aside. It may have ended at the same time: then nothing is open any more.
    synchronized void grown(Metered worst) {
        if (!closed) {
            Rollups.Open before = open;
            open = settling.reopen(this, worst);
            before.end();
        }
    }

    /// Nothing more is set aside. Hands back what was, which is for the caller to end.
    private synchronized Rollups.Open close() {
        closed = true;
        return open;
    }

    /// The caller does not wait for the answer any more.
    void left() {
        left = true;
    }

    /// Nobody noticed how it ended.
    private void expire() {
        settling.expired();
        endHeld(Outcome.ESTIMATED);
    }

    /// It became a connection, which goes on when its HTTP exchange ends.
    void hold() {
        bill.answered(HttpStatus.OK, HttpHeaders.EMPTY);
        held = true;
    }

    /// The connection has ended.
    void endHeld(Outcome outcome) {
        held = false;
        end(outcome);
    }

    void end(Outcome outcome) {
        if (settled || held) {
            return;
        }
        if (reservation.releaseUnforwarded()) {
            settling.released(close());
            return;
        }
        if (!reservation.isForwarded()) {
            return;
        }
        Outcome told = left && outcome != Outcome.ESTIMATED ? Outcome.CANCELED : outcome;
        Metered used = bill.used(told);
        Usage whole = settling.usage(used);
        Usage reserved = reservation.reserved();
        if (reserved.requests() == 0) {
            return; // somebody else is just settling it
        }
        if (whole.fitsIn(reserved)) {
            settle(told, used);
        } else {
            settled = true;
            settling.grow(this, whole.minusAtMost(reserved))
                    .subscribe(_ -> settle(told, used), _ -> settle(told, used));
        }
    }

    /// What could not be set aside is not charged: no limit is exceeded by it.
    private void settle(Outcome outcome, Metered used) {
        Usage reserved = reservation.reserved();
        if (reservation.settle(settling.usage(used).atMost(reserved))) {
            settled = true;
            settling.settled(this, close(), outcome, settling.charged(used, reserved));
        }
    }
}
