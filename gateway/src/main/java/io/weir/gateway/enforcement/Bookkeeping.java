package io.weir.gateway.enforcement;

import io.weir.gateway.accesslog.AccessNotes;
import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.Bill;
import io.weir.gateway.telemetry.Meters;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.Reservation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.price.Tokens;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollups;
import io.weir.quota.usage.Usage;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is put down of each request: in the meters, in the usage, and why it was refused. Nobody
/// waits for any of it.
final class Bookkeeping {

    private static final Metered REFUSED = Metered.requests(1);

    private final Reasons reasons;
    private final Rollups rollups;
    private final Meters meters;
    private final Settling settling;
    private final AccessNotes notes;
    private final InstantSource clock;

    Bookkeeping(
            Reasons reasons,
            Rollups rollups,
            Meters meters,
            Settling settling,
            AccessNotes notes,
            InstantSource clock) {
        this.reasons = reasons;
        this.rollups = rollups;
        this.meters = meters;
        this.settling = settling;
        this.notes = notes;
        this.clock = clock;
    }

    /// @param observed policies that would have refused it
    void admitted(Visit visit, Caller caller, List<PolicyName> observed) {
        meters.admitted(visit.routeId());
        note(visit, caller, "admitted");
        meters.observed(visit.routeId(), observed);
        if (!observed.isEmpty()) {
            reasons.observed(visit.by(caller), observed);
        }
    }

    void unmetered(Visit visit, Caller caller, List<PolicyName> policies) {
        note(visit, caller, "unmetered");
        meters.unmetered(visit.routeId(), policies);
    }

    void rejected(Visit visit, Caller caller, Rejected rejected) {
        meters.rejected(visit.routeId(), rejected);
        reasons.rejected(visit.by(caller), rejected);
        note(visit, caller, "rejected");
        refused(visit, caller);
    }

    void barred(Visit visit, Caller caller, Barred barred) {
        meters.barred(visit.routeId(), barred.bar());
        reasons.barred(visit.by(caller), barred);
        note(visit, caller, "barred");
        refused(visit, caller);
    }

    void unreadable(Visit visit, Caller caller) {
        meters.unreadable(visit.routeId());
        note(visit, caller, "unreadable");
        refused(visit, caller);
    }

    /// It was admitted, and finds no place for what it would create, or nobody who knows of one.
    void unplaced(Visit visit, Caller caller, Refusal refusal) {
        reasons.unplaced(visit.by(caller), refusal);
        note(visit, caller, "unplaced");
        if (refusal.kind() != Refusal.Kind.REDUCED_CAPACITY) {
            refused(visit, caller);
        }
    }

    void away(Visit visit, Caller caller, StoreAway away) {
        reasons.away(visit.by(caller), away);
        meters.storeAway(visit.routeId());
        note(visit, caller, "store_away");
    }

    void away(Visit visit) {
        meters.storeAway(visit.routeId());
        note(visit, null, "store_away");
    }

    void unknown(Visit visit) {
        meters.unauthenticated(visit.routeId());
        note(visit, null, "unknown");
    }

    void tooManyKeys(Visit visit) {
        meters.tooManyKeys(visit.routeId());
        note(visit, null, "too_many_keys");
    }

    /// From now on, however it ends.
    Admitting admitting(Visit visit, Caller caller, Reservation reservation, Bill bill) {
        return new Admitting(
                reservation,
                caller,
                visit.routeId(),
                clock.millis(),
                bill,
                visit.cost().worst(),
                visit.cost().model(),
                settling);
    }

    /// One message of a connection under way, which was passed on or refused.
    void message(Admitting connection, Usage cost, Outcome outcome) {
        meters.message(connection.route(), outcome);
        rollups.add(
                settling.rollup(
                        connection.caller(), connection.route(), "", clock.millis(), outcome),
                new Metered(cost.requests(), Tokens.NONE, 0, cost.credits()));
    }

    private void note(Visit visit, @Nullable Caller caller, String decision) {
        notes.decided(
                visit.exchange().getRequest(),
                visit.id(),
                visit.routeId(),
                caller == null ? null : caller.key(),
                decision);
    }

    private void refused(Visit visit, Caller caller) {
        rollups.add(
                settling.rollup(
                        caller,
                        visit.routeId(),
                        visit.cost().model(),
                        clock.millis(),
                        Outcome.REFUSED),
                REFUSED);
    }
}
