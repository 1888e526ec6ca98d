package io.weir.gateway.enforcement;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import com.github.f4b6a3.uuid.UuidCreator;
import io.weir.gateway.identity.Caller;
import io.weir.gateway.identity.Credentials;
import io.weir.gateway.identity.Directory;
import io.weir.gateway.identity.Identified;
import io.weir.gateway.telemetry.Meters;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision;
import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Unmetered;
import io.weir.quota.admission.LimitState;
import io.weir.quota.admission.Reservation;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Secret;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollups;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Every request on every route: who calls, may it, and what did it use.
///
/// It stands before all other filters, so that retries and rewrites happen within one reservation.
final class QuotaFilter implements GlobalFilter, Ordered {

    private static final long ONE_REQUEST = 1;
    private static final Duration STORE_RETRY = Duration.ofSeconds(1);

    private final Credentials credentials;
    private final Directory directory;
    private final Admission admission;
    private final UpstreamRequest upstream;
    private final Refusals refusals;
    private final Reasons reasons;
    private final Rollups rollups;
    private final Meters meters;
    private final InstantSource clock;

    QuotaFilter(
            Credentials credentials,
            Directory directory,
            Admission admission,
            UpstreamRequest upstream,
            Refusals refusals,
            Reasons reasons,
            Rollups rollups,
            Meters meters,
            InstantSource clock) {
        this.credentials = credentials;
        this.directory = directory;
        this.admission = admission;
        this.upstream = upstream;
        this.refusals = refusals;
        this.reasons = reasons;
        this.rollups = rollups;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 100;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        UUID request = UuidCreator.getTimeOrderedEpochFast();
        var visit = new Visit(exchange, chain, route, Dialect.of(route), request, "req_" + request);
        Optional<Secret> secret = credentials.find(exchange.getRequest());
        if (secret.isEmpty()) {
            return unknown(visit);
        }
        return directory
                .identify(secret.get(), clock.millis())
                .flatMap(
                        identified ->
                                switch (identified) {
                                    case Identified.Known(Caller caller) -> admit(caller, visit);
                                    case Identified.Unknown() -> unknown(visit);
                                    case Identified.StoreAway() ->
                                            away(new StoreAway(List.of(), STORE_RETRY), visit);
                                });
    }

    /// A request on its way through the filter.
    private record Visit(
            ServerWebExchange exchange,
            GatewayFilterChain chain,
            Route route,
            Dialect dialect,
            UUID request,
            String id) {

        Reasons.Asked by(Caller caller) {
            return new Reasons.Asked(request, caller, route.getId(), dialect);
        }
    }

    private Mono<Void> admit(Caller caller, Visit visit) {
        AdmissionDecision atOnce = admission.tryAdmit(caller.path(), Usage.ONE_REQUEST);
        return atOnce != null
                ? enforce(atOnce, caller, visit)
                : admission
                        .admit(caller.path(), Usage.ONE_REQUEST)
                        .flatMap(decision -> enforce(decision, caller, visit));
    }

    private Mono<Void> enforce(AdmissionDecision decision, Caller caller, Visit visit) {
        return switch (decision) {
            case Admitted(Reservation reservation, List<PolicyName> observed) -> {
                meters.admitted(visit.route().getId());
                meters.observed(visit.route().getId(), observed);
                if (!observed.isEmpty()) {
                    reasons.observed(visit.by(caller), observed);
                }
                yield serve(reservation, caller, visit);
            }
            case Unmetered(Reservation reservation, List<PolicyName> policies) -> {
                meters.unmetered(visit.route().getId(), policies);
                yield serve(reservation, caller, visit);
            }
            case Rejected rejected -> {
                meters.rejected(visit.route().getId(), rejected);
                reasons.rejected(visit.by(caller), rejected);
                yield refuse(Refusal.rejected(rejected), caller, visit);
            }
            case Barred barred -> {
                meters.barred(visit.route().getId(), barred.bar());
                reasons.barred(visit.by(caller), barred);
                yield refuse(Refusal.barred(barred), caller, visit);
            }
            case StoreAway away -> {
                reasons.away(visit.by(caller), away);
                yield away(away, visit);
            }
        };
    }

    private Mono<Void> serve(Reservation reservation, Caller caller, Visit visit) {
        String route = visit.route().getId();
        var admitting = new Admitting(reservation, caller, route, clock.millis(), rollups, meters);
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
                    Refusals.ids(response.getHeaders(), visit.dialect(), visit.id());
                    RateLimitFields.write(response.getHeaders(), limits, List.of());
                    return Mono.empty();
                });
        return upstream.of(visit.exchange(), visit.route(), visit.id())
                .mutate()
                .response(new SettlingResponse(response, admitting))
                .build();
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
        rollups.add(
                Admitting.rollup(caller, visit.route().getId(), clock.millis(), Outcome.REFUSED),
                ONE_REQUEST);
        return write(refusal, admission.limits(caller.path()), visit);
    }

    private Mono<Void> unknown(Visit visit) {
        meters.unauthenticated(visit.route().getId());
        return write(Refusal.invalidKey(), List.of(), visit);
    }

    private Mono<Void> away(StoreAway away, Visit visit) {
        meters.storeAway(visit.route().getId());
        return write(Refusal.storeAway(away), List.of(), visit);
    }

    private Mono<Void> write(Refusal refusal, List<LimitState> limits, Visit visit) {
        return refusals.write(
                visit.exchange().getResponse(), visit.dialect(), refusal, limits, visit.id());
    }
}
