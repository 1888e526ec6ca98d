package io.weir.gateway.enforcement;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.weir.gateway.edge.BodySizes;
import io.weir.gateway.identity.Caller;
import io.weir.gateway.identity.Callers;
import io.weir.gateway.identity.Identified;
import io.weir.gateway.metering.ModelCost;
import io.weir.gateway.metering.Tariffs;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision;
import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Unmetered;
import io.weir.quota.admission.LimitState;
import io.weir.quota.admission.Reservation;
import io.weir.quota.policy.PolicyName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Every request on every route: who calls, may it, and what did it use.
///
/// It stands before all other filters, so that retries and rewrites happen within one reservation.
final class QuotaFilter implements GlobalFilter, Ordered {

    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    private final Callers callers;
    private final Pricing pricing;
    private final Tariffs tariffs;
    private final Admission admission;
    private final Serving serving;
    private final BodySizes sizes;
    private final Refusals refusals;
    private final Bookkeeping books;
    private final InstantSource clock;

    QuotaFilter(
            Callers callers,
            Pricing pricing,
            Tariffs tariffs,
            Admission admission,
            Serving serving,
            BodySizes sizes,
            Refusals refusals,
            Bookkeeping books,
            InstantSource clock) {
        this.callers = callers;
        this.pricing = pricing;
        this.tariffs = tariffs;
        this.admission = admission;
        this.serving = serving;
        this.sizes = sizes;
        this.refusals = refusals;
        this.books = books;
        this.clock = clock;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        UUID request = RequestId.at(clock.millis());
        var visit =
                Visit.of(
                        request,
                        sizes.counted(exchange, route),
                        chain,
                        route,
                        tariffs.meter(route));
        return callers.identify(exchange.getRequest())
                .flatMap(
                        identified ->
                                switch (identified) {
                                    case Identified.Known(Caller caller) -> admit(caller, visit);
                                    case Identified.Unknown() -> unknown(visit);
                                    case Identified.TooMany(Duration wait) -> tooMany(wait, visit);
                                    case Identified.StoreAway() -> away(visit);
                                });
    }

    private Mono<Void> admit(Caller caller, Visit visit) {
        if (sizes.isTooLarge(visit.exchange().getRequest(), visit.route())) {
            return tooLarge(caller, visit);
        }
        return pricing.isPlain(caller, visit) || admission.barred(caller.path()).isPresent()
                ? decide(caller, visit)
                : pricing.price(caller, visit).flatMap(priced -> priced(priced, caller, visit));
    }

    /// Its connection is closed: what it would still send is not waited for.
    private Mono<Void> tooLarge(Caller caller, Visit visit) {
        books.unreadable(visit, caller);
        visit.exchange().getResponse().getHeaders().set(HttpHeaders.CONNECTION, "close");
        return refuse(Refusal.tooLarge(sizes.most(visit.route())), caller, visit);
    }

    private Mono<Void> priced(Priced priced, Caller caller, Visit visit) {
        return switch (priced) {
            case Priced.Ready(Visit ready) -> decide(caller, ready);
            case Priced.Forbidden(Bar bar) -> enforce(new Barred(caller.key(), bar), caller, visit);
            case Priced.Unreadable(Refusal refusal) -> {
                books.unreadable(visit, caller);
                yield refuse(refusal, caller, visit);
            }
            case Priced.Unknown() -> enforce(new StoreAway(List.of(), STORE_RETRY), caller, visit);
        };
    }

    private Mono<Void> decide(Caller caller, Visit visit) {
        AdmissionDecision atOnce = admission.tryAdmit(caller.path(), visit.cost().reserved());
        return atOnce != null
                ? decided(atOnce, caller, visit)
                : admission
                        .admit(caller.path(), visit.cost().reserved())
                        .flatMap(decision -> decided(decision, caller, visit));
    }

    /// What is left was perhaps not known yet when it was written what may be used at most.
    private Mono<Void> decided(AdmissionDecision decision, Caller caller, Visit visit) {
        if (decision instanceof Rejected && visit.cost() instanceof ModelCost cost) {
            ModelCost less = pricing.again(cost, caller);
            if (less.first() < cost.first()) {
                return admission
                        .admit(caller.path(), less.reserved())
                        .flatMap(again -> enforce(again, caller, visit.with(less)));
            }
        }
        return enforce(decision, caller, visit);
    }

    private Mono<Void> enforce(AdmissionDecision decision, Caller caller, Visit visit) {
        return switch (decision) {
            case Admitted(Reservation reservation, List<PolicyName> observed) -> {
                books.admitted(visit, caller, observed);
                yield serving.serve(reservation, caller, visit);
            }
            case Unmetered(Reservation reservation, List<PolicyName> policies) -> {
                books.unmetered(visit, caller, policies);
                yield serving.serve(reservation, caller, visit);
            }
            case Rejected rejected -> {
                books.rejected(visit, caller, rejected);
                yield refuse(Refusal.rejected(rejected), caller, visit);
            }
            case Barred barred -> {
                books.barred(visit, caller, barred);
                yield refuse(Refusal.barred(barred), caller, visit);
            }
            case StoreAway away -> {
                books.away(visit, caller, away);
                yield write(Refusal.storeAway(away), List.of(), visit);
            }
        };
    }

    private Mono<Void> refuse(Refusal refusal, Caller caller, Visit visit) {
        return write(refusal, admission.limits(caller.path()), visit);
    }

    private Mono<Void> unknown(Visit visit) {
        books.unknown(visit);
        return write(Refusal.invalidKey(), List.of(), visit);
    }

    private Mono<Void> tooMany(Duration wait, Visit visit) {
        books.tooManyKeys(visit);
        return write(Refusal.tooManyKeys(wait), List.of(), visit);
    }

    /// Who calls can't be told now.
    private Mono<Void> away(Visit visit) {
        books.away(visit);
        var away = new StoreAway(List.of(), STORE_RETRY);
        return write(Refusal.storeAway(away), List.of(), visit);
    }

    private Mono<Void> write(Refusal refusal, List<LimitState> limits, Visit visit) {
        return refusals.write(
                visit.exchange().getResponse(), visit.dialect(), refusal, limits, visit.id());
    }
}
