package io.weir.gateway.enforcement;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.weir.gateway.enforcement.KeyRestrictions.Checked;
import io.weir.gateway.identity.Caller;
import io.weir.gateway.identity.Callers;
import io.weir.gateway.identity.Identified;
import io.weir.gateway.metering.Charge;
import io.weir.gateway.metering.Quote;
import io.weir.gateway.metering.Tariffs;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision;
import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Unmetered;
import io.weir.quota.admission.Counting;
import io.weir.quota.admission.LimitState;
import io.weir.quota.admission.Reservation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.usage.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Every request on every route: who calls, may it, and what did it use.
///
/// It stands before all other filters, so that retries and rewrites happen within one reservation.
final class QuotaFilter implements GlobalFilter, Ordered {

    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    private final Callers callers;
    private final KeyRestrictions restrictions;
    private final Tariffs tariffs;
    private final Admission admission;
    private final UpstreamRequest upstream;
    private final Refusals refusals;
    private final Bookkeeping books;

    QuotaFilter(
            Callers callers,
            KeyRestrictions restrictions,
            Tariffs tariffs,
            Admission admission,
            UpstreamRequest upstream,
            Refusals refusals,
            Bookkeeping books) {
        this.callers = callers;
        this.restrictions = restrictions;
        this.tariffs = tariffs;
        this.admission = admission;
        this.upstream = upstream;
        this.refusals = refusals;
        this.books = books;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        var visit = Visit.of(exchange, chain, route);
        return callers.identify(exchange.getRequest())
                .flatMap(
                        identified ->
                                switch (identified) {
                                    case Identified.Known(Caller caller) -> admit(caller, visit);
                                    case Identified.Unknown() -> unknown(visit);
                                    case Identified.StoreAway() -> away(visit);
                                });
    }

    private Mono<Void> admit(Caller caller, Visit visit) {
        Restrictions stated = caller.path().restrictions();
        boolean priced = admission.credits(caller.path()) != Counting.NONE;
        boolean asks = priced && tariffs.askForModel(visit.route());
        if ((stated == Restrictions.NONE && !asks) || admission.barred(caller.path()).isPresent()) {
            return priced ? price("", caller, visit) : decide(caller, visit);
        }
        return restrictions
                .check(stated, visit.routeId(), asks, visit.exchange())
                .flatMap(checked -> restricted(checked, caller, visit));
    }

    private Mono<Void> restricted(Checked checked, Caller caller, Visit visit) {
        return switch (checked) {
            case Checked.Allowed(ServerWebExchange exchange, String model) ->
                    price(model, caller, visit.with(exchange));
            case Checked.Forbidden(Bar bar) ->
                    enforce(new Barred(caller.key(), bar), caller, visit);
            case Checked.Unreadable(Refusal refusal) -> {
                books.unreadable(visit, caller);
                yield refuse(refusal, caller, visit);
            }
        };
    }

    /// @param model empty for none
    private Mono<Void> price(String model, Caller caller, Visit visit) {
        Counting credits = admission.credits(caller.path());
        if (credits == Counting.NONE) {
            return decide(caller, visit);
        }
        return switch (tariffs.quote(visit.route(), model)) {
            case Quote.Priced(Charge charge) -> decide(caller, visit.with(charge));
            case Quote.Unpriced() ->
                    credits == Counting.OBSERVED
                            ? decide(caller, visit)
                            : enforce(new Barred(caller.key(), Bar.NOT_PRICED), caller, visit);
            case Quote.Unknown() -> enforce(new StoreAway(List.of(), STORE_RETRY), caller, visit);
        };
    }

    private Mono<Void> decide(Caller caller, Visit visit) {
        AdmissionDecision atOnce = admission.tryAdmit(caller.path(), visit.cost());
        return atOnce != null
                ? enforce(atOnce, caller, visit)
                : admission
                        .admit(caller.path(), visit.cost())
                        .flatMap(decision -> enforce(decision, caller, visit));
    }

    private Mono<Void> enforce(AdmissionDecision decision, Caller caller, Visit visit) {
        return switch (decision) {
            case Admitted(Reservation reservation, List<PolicyName> observed) -> {
                books.admitted(visit, caller, observed);
                yield serve(reservation, caller, visit);
            }
            case Unmetered(Reservation reservation, List<PolicyName> policies) -> {
                books.unmetered(visit, policies);
                yield serve(reservation, caller, visit);
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

    private Mono<Void> serve(Reservation reservation, Caller caller, Visit visit) {
        Admitting admitting = books.admitting(visit, caller, reservation);
        List<LimitState> limits = admission.limits(caller.path());
        return Mono.defer(() -> visit.chain().filter(forwarded(visit, limits, admitting)))
                .contextWrite(context -> Forwarding.of(reservation, context))
                .onErrorResume(
                        failure -> {
                            admitting.end(UpstreamFailure.outcome(failure));
                            return failed(failure, limits, visit);
                        })
                .doOnSuccess(_ -> admitting.end(Outcome.SERVED))
                .doOnCancel(() -> admitting.end(Outcome.CANCELED));
    }

    private ServerWebExchange forwarded(Visit visit, List<LimitState> limits, Admitting admitting) {
        ServerHttpResponse response = visit.exchange().getResponse();
        response.beforeCommit(
                () -> {
                    charge(visit, response, admitting);
                    Refusals.ids(response.getHeaders(), visit.dialect(), visit.id());
                    RateLimitFields.write(response.getHeaders(), limits, List.of());
                    return Mono.empty();
                });
        return upstream.of(visit.exchange(), visit.route(), visit.id())
                .mutate()
                .response(new SettlingResponse(response, admitting))
                .build();
    }

    /// What an upstream states is between it and us, also where nobody pays by it.
    private void charge(Visit visit, ServerHttpResponse response, Admitting admitting) {
        Charge charge = visit.charge();
        HttpStatusCode status = response.getStatusCode();
        if (!charge.equals(Charge.NONE) && status != null) {
            admitting.answered(charge.of(status, response.getHeaders()));
        }
        String stated = tariffs.costHeader(visit.route());
        if (stated != null) {
            response.getHeaders().remove(stated);
        }
    }

    /// An upstream that could not be reached or broke off before it answered.
    private Mono<Void> failed(Throwable failure, List<LimitState> limits, Visit visit) {
        Optional<Refusal> told = UpstreamFailure.told(failure);
        ServerHttpResponse response = visit.exchange().getResponse();
        if (told.isEmpty() || response.isCommitted()) {
            return Mono.error(failure);
        }
        return refusals.write(response, visit.dialect(), told.get(), limits, visit.id());
    }

    private Mono<Void> refuse(Refusal refusal, Caller caller, Visit visit) {
        return write(refusal, admission.limits(caller.path()), visit);
    }

    private Mono<Void> unknown(Visit visit) {
        books.unknown(visit);
        return write(Refusal.invalidKey(), List.of(), visit);
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
