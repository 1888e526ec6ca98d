package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Caller;
import io.weir.gateway.identity.Callers;
import io.weir.gateway.identity.Identified;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.LimitState;
import io.weir.quota.policy.Restrictions;
import io.weir.quota.policy.ServiceLimit.Kind;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// `GET /weir/v1/me`: a key's own limits and usage, for whoever holds it. Consumes nothing.
@RestController
final class MeEndpoint {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Callers callers;
    private final Admission admission;
    private final Refusals refusals;
    private final InstantSource clock;

    MeEndpoint(Callers callers, Admission admission, InstantSource clock) {
        this.callers = callers;
        this.admission = admission;
        this.refusals = new Refusals(clock, Explanation.none(), Statuses.USUAL);
        this.clock = clock;
    }

    @GetMapping("/weir/v1/me")
    Mono<Void> me(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        ServerHttpResponse response = exchange.getResponse();
        return callers.identify(request)
                .flatMap(
                        identified ->
                                switch (identified) {
                                    case Identified.Known(Caller caller) ->
                                            show(caller, request, response);
                                    case Identified.Unknown() ->
                                            refuse(Refusal.invalidKey(), response);
                                    case Identified.TooMany(Duration wait) ->
                                            refuse(Refusal.tooManyKeys(wait), response);
                                    case Identified.StoreAway() -> away(response);
                                });
    }

    private Mono<Void> show(Caller caller, ServerHttpRequest request, ServerHttpResponse response) {
        Optional<Barred> barred = barred(caller, request);
        if (barred.isPresent()) {
            return refuse(Refusal.barred(barred.get()), response);
        }
        return admission
                .freshLimits(caller.path())
                .flatMap(limits -> write(describe(caller, limits), response).thenReturn(true))
                .onErrorResume(
                        failure ->
                                failure instanceof TimeoutException
                                        || failure instanceof io.weir.quota.lease.StoreAway,
                        _ -> away(response).thenReturn(true))
                .then();
    }

    /// Whoever calls from elsewhere is told nothing.
    private Optional<Barred> barred(Caller caller, ServerHttpRequest request) {
        return admission
                .barred(caller.path())
                .or(
                        () ->
                                KeyRestrictions.allowAddress(caller.path().restrictions(), request)
                                        ? Optional.empty()
                                        : Optional.of(
                                                new Barred(caller.key(), Bar.ADDRESS_NOT_ALLOWED)));
    }

    private Map<String, @Nullable Object> describe(Caller caller, List<LimitState> limits) {
        Instant now = clock.instant();
        Map<String, @Nullable Object> me = new LinkedHashMap<>();
        me.put("id", caller.key().toString());
        me.put("client_id", caller.client().map(id -> "cli_" + id).orElse(null));
        me.put("status", "active");
        Restrictions restrictions = caller.path().restrictions();
        me.put("allowed_routes", orNull(restrictions.routes()));
        me.put("allowed_models", orNull(restrictions.models()));
        me.put("allowed_cidrs", orNull(restrictions.addresses()));
        me.put(
                "limits",
                limits.stream()
                        .filter(
                                state ->
                                        caller.client().isEmpty()
                                                || state.subject().kind() != SubjectKind.RESELLER)
                        .map(state -> describe(state, now))
                        .toList());
        return me;
    }

    /// Null where all are allowed, as the admin API says it.
    private static @Nullable List<String> orNull(List<?> allowed) {
        return allowed.isEmpty() ? null : allowed.stream().map(Object::toString).toList();
    }

    private static Map<String, @Nullable Object> describe(LimitState state, Instant now) {
        var limit = state.limit();
        Map<String, @Nullable Object> described = new LinkedHashMap<>();
        described.put("policy", limit.policy().value());
        described.put("scope", state.subject().kind().name().toLowerCase(Locale.ROOT));
        described.put(
                "unit",
                limit.kind() == Kind.CONCURRENCY ? "concurrent-requests" : limit.unit().word());
        described.put("limit", Amount.json(limit.unit(), limit.quota()));
        described.put("used", Amount.json(limit.unit(), limit.used()));
        described.put("reserved", Amount.json(limit.unit(), limit.reserved()));
        described.put("remaining", Amount.json(limit.unit(), limit.remaining()));
        described.put("window_seconds", limit.window().map(Duration::toSeconds).orElse(null));
        described.put(
                "resets_at",
                RateLimitFields.resetsAt(now, limit).map(Instant::toString).orElse(null));
        return described;
    }

    private Mono<Void> away(ServerHttpResponse response) {
        return refuse(Refusal.storeAway(new StoreAway(List.of(), Duration.ofSeconds(1))), response);
    }

    private Mono<Void> refuse(Refusal refusal, ServerHttpResponse response) {
        return refusals.write(
                response, Dialect.PLAIN, refusal, List.of(), "req_" + RequestId.at(clock.millis()));
    }

    private static Mono<Void> write(
            Map<String, @Nullable Object> body, ServerHttpResponse response) {
        byte[] bytes = JSON.writeValueAsBytes(body);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(bytes.length);
        response.getHeaders().setCacheControl("no-store");
        return response.writeWith(Mono.just(response.bufferFactory().wrap(bytes)));
    }
}
