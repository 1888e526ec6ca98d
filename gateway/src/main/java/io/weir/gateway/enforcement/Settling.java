package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.ModelNames;
import io.weir.gateway.telemetry.Meters;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
import io.weir.quota.usage.Usage;
import reactor.core.publisher.Mono;

/// Where requests under way are put down, and what they used in the end.
final class Settling {

    private final Admission admission;
    private final Rollups rollups;
    private final Meters meters;
    private final ModelNames names;

    Settling(Admission admission, Rollups rollups, Meters meters, ModelNames names) {
        this.admission = admission;
        this.rollups = rollups;
        this.meters = meters;
        this.names = names;
    }

    Rollups.Open open(Admitting admitting, Metered worst) {
        meters.started();
        return reopen(admitting, worst);
    }

    Rollups.Open reopen(Admitting admitting, Metered worst) {
        return rollups.open(
                rollup(
                        admitting.caller(),
                        admitting.route(),
                        admitting.model(),
                        admitting.admittedAt(),
                        Outcome.SERVED),
                worst);
    }

    Mono<AdmissionDecision> grow(Admitting admitting, Usage more) {
        return admission.grow(admitting.path(), admitting.reservation(), more);
    }

    /// As limits count it.
    Usage usage(Metered used) {
        return used.tokens().total() == 0 && used.credits() == 0 && used.requests() == 1
                ? Usage.ONE_REQUEST
                : new Usage(used.requests(), used.tokens().total(), used.credits());
    }

    /// Tokens are told as they were used, and credits as they were paid.
    Metered charged(Metered used, Usage reserved) {
        return used.credits() <= reserved.credits()
                ? used
                : new Metered(
                        used.requests(), used.tokens(), used.estimatedTokens(), reserved.credits());
    }

    void expired() {
        meters.expired();
    }

    void released(Rollups.Open open) {
        meters.ended();
        meters.released();
        open.end();
    }

    void settled(Admitting admitting, Rollups.Open open, Outcome outcome, Metered used) {
        meters.ended();
        meters.settled(admitting.route(), outcome, admitting.age());
        if (used.tokens().total() > 0) {
            tokens(admitting, used);
        }
        String model = names.told(admitting.route(), admitting.model());
        rollups.end(open, open.rollup().ended(outcome, model), used);
    }

    private void tokens(Admitting admitting, Metered used) {
        boolean estimated = used.estimatedTokens() > 0;
        if (!estimated) {
            names.served(admitting.model());
        }
        String model = names.told(admitting.route(), admitting.model());
        meters.tokens(model.isEmpty() ? ModelNames.OTHER : model, used.tokens(), estimated);
    }

    /// @param model that was asked for; empty for none
    Rollup rollup(Caller caller, String route, String model, long epochMillis, Outcome outcome) {
        return new Rollup(
                Rollup.minuteOf(epochMillis),
                caller.key().id(),
                caller.group().orElse(null),
                caller.client().orElse(null),
                caller.reseller(),
                route,
                names.told(route, model),
                outcome);
    }
}
