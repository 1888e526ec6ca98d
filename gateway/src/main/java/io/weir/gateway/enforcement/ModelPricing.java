package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.KeyRestrictions.Checked;
import io.weir.gateway.enforcement.Refusal.Kind;
import io.weir.gateway.identity.Caller;
import io.weir.gateway.metering.ModelCall;
import io.weir.gateway.metering.ModelCost;
import io.weir.gateway.metering.ModelOperation;
import io.weir.gateway.metering.ModelQuote;
import io.weir.gateway.metering.Tariffs;
import io.weir.gateway.tokens.ModelRequest;
import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.Counting;
import io.weir.quota.admission.LimitState;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.web.server.ServerWebExchange;

/// Finds out what a request to a language model can cost.
final class ModelPricing {

    private final Tariffs tariffs;
    private final Admission admission;

    ModelPricing(Tariffs tariffs, Admission admission) {
        this.tariffs = tariffs;
        this.admission = admission;
    }

    /// Whether tokens or credits are counted of this caller, or sold on this route at all.
    boolean matters(Caller caller, Visit visit) {
        return counts(caller, QuotaUnit.TOKENS)
                || counts(caller, QuotaUnit.CREDITS)
                || tariffs.isPriced(visit.route());
    }

    Priced priced(Checked checked, ModelOperation operation, Caller caller, Visit visit) {
        return switch (checked) {
            case Checked.Forbidden(Bar bar) ->
                    bar == Bar.NOT_PRICED ? unreadable("The body must be JSON.") : forbidden(bar);
            case Checked.Unreadable(Refusal refusal) -> new Priced.Unreadable(refusal);
            case Checked.Allowed(ServerWebExchange exchange, _, ByteBuffer body) ->
                    read(body, operation, caller, visit.with(exchange));
        };
    }

    private Priced read(ByteBuffer body, ModelOperation operation, Caller caller, Visit visit) {
        if (!body.hasRemaining()) {
            return unreadable("The body must be JSON.");
        }
        try {
            var request = ModelRequest.read(body);
            return request.isBackground() && matters(caller, visit)
                    ? unreadable("'background' can't be used here: nobody would see the usage.")
                    : quoted(request, operation, caller, visit);
        } catch (ModelRequest.Unusable unusable) {
            return unreadable(String.valueOf(unusable.getMessage()));
        }
    }

    private Priced quoted(
            ModelRequest request, ModelOperation operation, Caller caller, Visit visit) {
        return switch (tariffs.quote(visit.route(), operation, request)) {
            case ModelQuote.Known(ModelCall call) -> {
                boolean free = call.price() == null && enforces(caller, QuotaUnit.CREDITS);
                yield free
                        ? forbidden(Bar.NOT_PRICED)
                        : new Priced.Ready(visit.with(cost(call, caller)));
            }
            case ModelQuote.Unknown() ->
                    enforces(caller, QuotaUnit.CREDITS)
                            ? new Priced.Unknown()
                            : new Priced.Ready(visit);
        };
    }

    /// As far as is known by now what is left.
    ModelCost cost(ModelCall call, Caller caller) {
        List<LimitState> limits = admission.limits(caller.path());
        return call.cost(
                left(QuotaUnit.TOKENS, limits, caller), left(QuotaUnit.CREDITS, limits, caller));
    }

    private OptionalLong left(QuotaUnit unit, List<LimitState> limits, Caller caller) {
        return enforces(caller, unit)
                ? OptionalLong.of(
                        limits.stream()
                                .map(LimitState::limit)
                                .filter(limit -> limit.unit() == unit)
                                .filter(limit -> limit.kind() == ServiceLimit.Kind.QUOTA)
                                .mapToLong(ServiceLimit::remaining)
                                .min()
                                .orElse(Long.MAX_VALUE))
                : OptionalLong.empty();
    }

    private boolean counts(Caller caller, QuotaUnit unit) {
        return admission.counting(caller.path(), unit) != Counting.NONE;
    }

    private boolean enforces(Caller caller, QuotaUnit unit) {
        return admission.counting(caller.path(), unit) == Counting.ENFORCED;
    }

    private static Priced forbidden(Bar bar) {
        return new Priced.Forbidden(bar);
    }

    private static Priced unreadable(String detail) {
        return new Priced.Unreadable(Refusal.of(Kind.MALFORMED_REQUEST, detail));
    }
}
