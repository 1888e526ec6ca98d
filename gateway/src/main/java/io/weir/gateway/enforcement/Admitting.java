package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Caller;
import io.weir.gateway.telemetry.Meters;
import io.weir.quota.admission.Reservation;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
import io.weir.quota.usage.Usage;

/// One admitted request until it has ended. However it ends, and however often that is noticed, it
/// is settled once; if it never reached the upstream, it is released instead and costs nothing.
final class Admitting {

    private static final long ONE_REQUEST = 1;
    private final Reservation reservation;
    private final Caller caller;
    private final String route;
    private final long admittedAt;
    private final Rollups rollups;
    private final Meters meters;
    private final Rollups.Open open;

    /// In credits; zero as long as no upstream has answered.
    private volatile long charged;

    /// @param admittedAt milliseconds since 1970; usage belongs to the minute of its admission
    Admitting(
            Reservation reservation,
            Caller caller,
            String route,
            long admittedAt,
            Rollups rollups,
            Meters meters) {
        this.reservation = reservation;
        this.caller = caller;
        this.route = route;
        this.admittedAt = admittedAt;
        this.rollups = rollups;
        this.meters = meters;
        this.open =
                rollups.open(
                        rollup(caller, route, admittedAt, Outcome.ESTIMATED),
                        reservation.reserved().credits());
        meters.started();
        reservation.whenExpired(this::expire);
    }

    /// Still under way at an instant of the monotonic clock.
    void touch(long nanoTime) {
        reservation.touch(nanoTime);
    }

    /// The upstream has begun to answer.
    ///
    /// @param credits what the answer is charged, in nano-units
    void answered(long credits) {
        charged = credits;
    }

    /// Nobody noticed how it ended.
    private void expire() {
        meters.expired();
        end(Outcome.ESTIMATED);
    }

    void end(Outcome outcome) {
        Usage used =
                outcome == Outcome.ESTIMATED
                        ? reservation.reserved()
                        : charged == 0 ? Usage.ONE_REQUEST : new Usage(ONE_REQUEST, 0, charged);
        if (!reservation.isForwarded()) {
            if (reservation.release()) {
                open.end();
                meters.ended();
                meters.released();
            }
        } else if (reservation.settle(used)) {
            meters.ended();
            meters.settled(outcome);
            rollups.add(rollup(caller, route, admittedAt, outcome), ONE_REQUEST, used.credits());
            open.end();
        }
    }

    static Rollup rollup(Caller caller, String route, long epochMillis, Outcome outcome) {
        return new Rollup(
                Rollup.minuteOf(epochMillis),
                caller.key().id(),
                caller.group().orElse(null),
                caller.client().orElse(null),
                caller.reseller(),
                route,
                "",
                outcome);
    }
}
