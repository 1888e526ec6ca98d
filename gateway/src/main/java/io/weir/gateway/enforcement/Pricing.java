package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.KeyRestrictions.Checked;
import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.Charge;
import io.weir.gateway.metering.Meter;
import io.weir.gateway.metering.ModelCost;
import io.weir.gateway.metering.ModelOperation;
import io.weir.gateway.metering.Quote;
import io.weir.gateway.metering.Tariffs;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.Counting;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Restrictions;
import java.util.Optional;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Finds out what a request can cost, and whether its key may ask for that at all.
final class Pricing {

    private final KeyRestrictions restrictions;
    private final Tariffs tariffs;
    private final Admission admission;
    private final ModelPricing models;

    Pricing(KeyRestrictions restrictions, Tariffs tariffs, Admission admission) {
        this.restrictions = restrictions;
        this.tariffs = tariffs;
        this.admission = admission;
        this.models = new ModelPricing(tariffs, admission);
    }

    /// Whether it costs one request, and nothing has to be looked at to know that.
    boolean isPlain(Caller caller, Visit visit) {
        return caller.path().restrictions() == Restrictions.NONE
                && admission.counting(caller.path(), QuotaUnit.CREDITS) == Counting.NONE
                && !(tariffs.meter(visit.route()) instanceof Meter.Models);
    }

    Mono<Priced> price(Caller caller, Visit visit) {
        return tariffs.meter(visit.route()) instanceof Meter.Models meter
                ? model(meter, caller, visit)
                : plain(caller, visit);
    }

    /// The same request, by what is known now.
    ModelCost again(ModelCost cost, Caller caller) {
        return models.cost(cost.call(), caller);
    }

    private Mono<Priced> plain(Caller caller, Visit visit) {
        boolean priced = admission.counting(caller.path(), QuotaUnit.CREDITS) != Counting.NONE;
        return check(priced && tariffs.askForModel(visit.route()), caller, visit)
                .map(checked -> priced(checked, priced, caller, visit));
    }

    private Priced priced(Checked checked, boolean priced, Caller caller, Visit visit) {
        return switch (checked) {
            case Checked.Forbidden(Bar bar) -> new Priced.Forbidden(bar);
            case Checked.Unreadable(Refusal refusal) -> new Priced.Unreadable(refusal);
            case Checked.Allowed(ServerWebExchange exchange, String model, _) ->
                    priced
                            ? quoted(model, caller, visit.with(exchange))
                            : new Priced.Ready(visit.with(exchange));
        };
    }

    /// @param model empty for none
    private Priced quoted(String model, Caller caller, Visit visit) {
        return switch (tariffs.quote(visit.route(), model)) {
            case Quote.Priced(Charge charge) -> new Priced.Ready(visit.with(charge));
            case Quote.Unpriced() ->
                    admission.counting(caller.path(), QuotaUnit.CREDITS) == Counting.OBSERVED
                            ? new Priced.Ready(visit)
                            : new Priced.Forbidden(Bar.NOT_PRICED);
            case Quote.Unknown() -> new Priced.Unknown();
        };
    }

    private Mono<Priced> model(Meter.Models meter, Caller caller, Visit visit) {
        ServerHttpRequest request = visit.exchange().getRequest();
        Optional<ModelOperation> operation =
                ModelOperation.of(
                        meter.format(), request.getMethod(), request.getURI().getRawPath());
        if (operation.filter(ModelOperation::isMetered).isPresent()) {
            return check(true, caller, visit)
                    .map(checked -> models.priced(checked, operation.get(), caller, visit));
        }
        return operation.isEmpty() && models.matters(caller, visit)
                ? Mono.just(new Priced.Forbidden(Bar.NOT_PRICED))
                : check(false, caller, visit).map(checked -> priced(checked, false, caller, visit));
    }

    private Mono<Checked> check(boolean asks, Caller caller, Visit visit) {
        return restrictions.check(
                caller.path().restrictions(), visit.routeId(), asks, visit.exchange());
    }
}
