package io.weir.gateway.enforcement;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES;

import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.Bill;
import io.weir.gateway.metering.ModelBill;
import io.weir.gateway.metering.Tariffs;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.LimitState;
import io.weir.quota.admission.Reservation;
import io.weir.quota.usage.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// Forwards requests that were admitted, and sees to it that each is settled, however it ends.
final class Serving {

    private final Tariffs tariffs;
    private final Admission admission;
    private final UpstreamRequest upstream;
    private final Provisioned provisioned;
    private final Refusals refusals;
    private final Bookkeeping books;
    private final Scheduler timer;

    Serving(
            Tariffs tariffs,
            Admission admission,
            UpstreamRequest upstream,
            Provisioned provisioned,
            Refusals refusals,
            Bookkeeping books,
            Scheduler timer) {
        this.tariffs = tariffs;
        this.admission = admission;
        this.upstream = upstream;
        this.provisioned = provisioned;
        this.refusals = refusals;
        this.books = books;
        this.timer = timer;
    }

    Mono<Void> serve(Reservation reservation, Caller caller, Visit visit) {
        Bill bill = visit.cost().bill();
        Admitting admitting = books.admitting(visit, caller, reservation, bill);
        List<LimitState> limits = admission.limits(caller.path());
        if (bill instanceof ModelBill model) {
            return model(model, limits, admitting, visit);
        }
        return provisioned.concerns(visit)
                ? provisioned(limits, admitting, visit)
                : ended(
                        Mono.defer(() -> plain(limits, admitting, visit)),
                        limits,
                        admitting,
                        visit);
    }

    private Mono<Void> provisioned(List<LimitState> limits, Admitting admitting, Visit visit) {
        var way =
                new Provisioned.Way() {

                    @Override
                    public Mono<Void> forward(Visit placed) {
                        return plain(limits, admitting, placed);
                    }

                    @Override
                    public Mono<Void> refuse(Refusal refusal) {
                        books.unplaced(visit, admitting.caller(), refusal);
                        return refusals.write(
                                visit.exchange().getResponse(),
                                visit.dialect(),
                                refusal,
                                limits,
                                visit.id());
                    }
                };
        Mono<Void> served =
                Mono.defer(() -> provisioned.serve(admitting.caller(), visit, admitting, way));
        return Provisioned.goingOn(ended(served, limits, admitting, visit), admitting);
    }

    private Mono<Void> plain(List<LimitState> limits, Admitting admitting, Visit visit) {
        ServerHttpResponse response = visit.exchange().getResponse();
        Consumer<HttpHeaders> head = head(limits, visit);
        var settling = new SettlingResponse(response, admitting, visit.exchange().getRequest());
        response.beforeCommit(
                () -> {
                    settling.begun();
                    head.accept(response.getHeaders());
                    return Mono.empty();
                });
        return visit.chain().filter(forwarded(visit, settling));
    }

    /// Its caller may leave, and what it took is found out nevertheless.
    private Mono<Void> model(
            ModelBill bill, List<LimitState> limits, Admitting admitting, Visit visit) {
        AnswerFlow flow = flow(bill, admitting, visit);
        Mono<Void> forwarding = Mono.defer(() -> model(bill, flow, limits, admitting, visit));
        return flow.goingOn(ended(forwarding, limits, admitting, visit));
    }

    private AnswerFlow flow(ModelBill bill, Admitting admitting, Visit visit) {
        var error =
                new StreamError(
                        refusals, visit.dialect(), bill.cost().call().operation(), visit.id());
        return new AnswerFlow(
                admitting,
                bill,
                new Granting(admission, admitting, bill.cost(), error),
                visit.exchange().getResponse().bufferFactory(),
                timer);
    }

    private Mono<Void> model(
            ModelBill bill,
            AnswerFlow flow,
            List<LimitState> limits,
            Admitting admitting,
            Visit visit) {
        ServerHttpResponse response = visit.exchange().getResponse();
        Consumer<HttpHeaders> head = head(limits, visit);
        response.beforeCommit(
                () -> {
                    head.accept(response.getHeaders());
                    return Mono.empty();
                });
        Visit asked = visit.with(ModelRequestBody.of(visit, bill.cost()));
        return visit.chain().filter(forwarded(asked, new ModelResponse(response, admitting, flow)));
    }

    private Mono<Void> ended(
            Mono<Void> exchange, List<LimitState> limits, Admitting admitting, Visit visit) {
        return exchange.contextWrite(context -> Forwarding.of(admitting.reservation(), context))
                .onErrorResume(
                        failure -> {
                            admitting.end(UpstreamFailure.outcome(failure));
                            return failed(failure, limits, admitting, visit);
                        })
                .doOnSuccess(_ -> admitting.end(Outcome.SERVED))
                .doOnCancel(() -> admitting.end(Outcome.CANCELED));
    }

    private ServerWebExchange forwarded(Visit visit, ServerHttpResponse response) {
        HttpHeaders asked = visit.exchange().getRequest().getHeaders();
        return new ForwardedExchange(
                visit.exchange(), upstream.headers(asked, visit.route(), visit.id()), response);
    }

    /// What an upstream states of costs is between it and us, also where nobody pays by it.
    private Consumer<HttpHeaders> head(List<LimitState> limits, Visit visit) {
        String stated = tariffs.costHeader(visit.route());
        Consumer<HttpHeaders> head = refusals.head(visit.dialect(), limits, visit.id());
        return headers -> {
            if (stated != null) {
                headers.remove(stated);
            }
            head.accept(headers);
        };
    }

    /// An upstream that could not be reached or broke off before it answered.
    private Mono<Void> failed(
            Throwable failure, List<LimitState> limits, Admitting admitting, Visit visit) {
        Optional<Refusal> told =
                UpstreamFailure.told(failure, admitting.reservation().isForwarded());
        ServerHttpResponse response = visit.exchange().getResponse();
        if (told.isEmpty() || response.isCommitted()) {
            return Mono.error(failure);
        }
        // what was said of an answer that never came
        Set<String> said = visit.exchange().getAttribute(CLIENT_RESPONSE_HEADER_NAMES);
        if (said != null) {
            said.forEach(response.getHeaders()::remove);
        }
        return refusals.write(response, visit.dialect(), told.get(), limits, visit.id());
    }
}
