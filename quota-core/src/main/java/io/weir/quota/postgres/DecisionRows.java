package io.weir.quota.postgres;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.weir.quota.admission.AppliedLimit;
import io.weir.quota.decision.Decision;
import io.weir.quota.decision.DecisionStore;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.ServiceLimit;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// Decisions in PostgreSQL. What only people read of them is one JSON value.
final class DecisionRows implements DecisionStore {

    private static final String KEEP = "SELECT keep_decisions($1)";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private record RowJson(
            UUID id,
            long at,
            UUID keyId,
            @Nullable UUID clientId,
            UUID resellerId,
            String outcome,
            String route,
            ExplanationJson explanation) {}

    private record ExplanationJson(
            @Nullable Integer status,
            @Nullable String type,
            @Nullable String title,
            @Nullable String detail,
            @Nullable DeciderJson decidedBy,
            List<LimitJson> limits) {}

    private record DeciderJson(String cause, @Nullable String subjectId, @Nullable String policy) {}

    private record LimitJson(
            String policy,
            String subjectId,
            String kind,
            String mode,
            @Nullable String unit,
            @Nullable Long limit,
            @Nullable Long used,
            @Nullable Long reserved,
            @Nullable Long remaining,
            @Nullable String resetsAt,
            @Nullable String refusedFor,
            @Nullable String retryAt) {}

    private final Connections connections;

    DecisionRows(Connections connections) {
        this.connections = connections;
    }

    @Override
    public Mono<Void> keep(List<Decision> decisions) {
        return Mono.fromCallable(
                        () ->
                                Json.of(
                                        JSON.writeValueAsBytes(
                                                decisions.stream()
                                                        .map(DecisionRows::row)
                                                        .toList())))
                .flatMap(this::keep)
                .onErrorMap(R2dbcBadGrammarException.class, Refused::new)
                .onErrorMap(R2dbcDataIntegrityViolationException.class, Refused::new);
    }

    private Mono<Void> keep(Json rows) {
        return connections
                .ask(
                        connection ->
                                Mono.from(
                                                connection
                                                        .createStatement(KEEP)
                                                        .bind("$1", rows)
                                                        .execute())
                                        .flatMap(
                                                result ->
                                                        Mono.from(
                                                                result.map(
                                                                        row ->
                                                                                row.get(
                                                                                        0,
                                                                                        Long
                                                                                                .class)))))
                .then();
    }

    private static RowJson row(Decision decision) {
        return new RowJson(
                decision.request(),
                decision.at().toEpochMilli(),
                decision.key(),
                decision.client().orElse(null),
                decision.reseller(),
                decision.isRefusal() ? "refused" : "observed",
                decision.route(),
                explanation(decision));
    }

    private static ExplanationJson explanation(Decision decision) {
        Optional<Decision.Told> told = decision.told();
        return new ExplanationJson(
                told.map(Decision.Told::status).orElse(null),
                told.map(Decision.Told::type).orElse(null),
                told.map(Decision.Told::title).orElse(null),
                told.map(Decision.Told::detail).orElse(null),
                told.map(Decision.Told::decider).map(DecisionRows::decider).orElse(null),
                decision.limits().stream().map(limit -> limit(limit, decision.at())).toList());
    }

    private static DeciderJson decider(Decision.Decider decider) {
        return new DeciderJson(
                decider.cause(),
                decider.subject().map(Subject::toString).orElse(null),
                decider.policy().map(PolicyName::value).orElse(null));
    }

    private static LimitJson limit(AppliedLimit applied, Instant at) {
        Optional<ServiceLimit> limit = applied.limit();
        return new LimitJson(
                applied.policy().value(),
                applied.subject().toString(),
                word(applied.kind()),
                word(applied.enforcement()),
                limit.map(known -> known.unit().word()).orElse(null),
                limit.map(ServiceLimit::quota).orElse(null),
                limit.map(ServiceLimit::used).orElse(null),
                limit.map(ServiceLimit::reserved).orElse(null),
                limit.map(ServiceLimit::remaining).orElse(null),
                instant(at, limit.flatMap(ServiceLimit::resetAfter)),
                applied.refusal().map(DecisionRows::word).orElse(null),
                instant(at, applied.retryAfter()));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// To the second, which the start of a period is.
    private static @Nullable String instant(Instant at, Optional<Duration> wait) {
        return wait.map(at::plus)
                .map(instant -> instant.plusMillis(500).truncatedTo(ChronoUnit.SECONDS))
                .map(Instant::toString)
                .orElse(null);
    }
}
