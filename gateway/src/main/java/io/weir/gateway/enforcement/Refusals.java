package io.weir.gateway.enforcement;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.LimitState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/// Answers in the gateway's own name.
final class Refusals {

    private final InstantSource clock;
    private final Explanation explanation;
    private final Statuses statuses;

    Refusals(InstantSource clock, Explanation explanation, Statuses statuses) {
        this.clock = clock;
        this.explanation = explanation;
        this.statuses = statuses;
    }

    Mono<Void> write(
            ServerHttpResponse response,
            Dialect dialect,
            Refusal refusal,
            List<LimitState> limits,
            String requestId) {
        return Mono.defer(
                () -> {
                    String explain = explanation.of(refusal.kind(), requestId);
                    int status = statuses.of(dialect, refusal.kind());
                    byte[] body =
                            RefusalBody.bytes(
                                    dialect, refusal, status, requestId, explain, clock.instant());
                    response.setStatusCode(HttpStatusCode.valueOf(status));
                    HttpHeaders headers = response.getHeaders();
                    headers.setContentType(
                            MediaType.parseMediaType(RefusalBody.contentType(dialect)));
                    headers.setContentLength(body.length);
                    headers.setCacheControl("no-store");
                    head(dialect, limits, refusal.limit(), requestId).accept(headers);
                    RetryAdvice.write(headers, dialect, refusal);
                    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
                });
    }

    /// Its body in a dialect's words.
    String body(Dialect dialect, Refusal refusal, String requestId) {
        return new String(bytes(dialect, refusal, requestId), StandardCharsets.UTF_8);
    }

    private byte[] bytes(Dialect dialect, Refusal refusal, String requestId) {
        return RefusalBody.bytes(
                dialect,
                refusal,
                statuses.of(dialect, refusal.kind()),
                requestId,
                explanation.of(refusal.kind(), requestId),
                clock.instant());
    }

    /// What every answer says of itself and of its caller's limits as they stand now, be it a
    /// refusal or not.
    Consumer<HttpHeaders> head(Dialect dialect, List<LimitState> limits, String requestId) {
        return head(dialect, limits, Optional.empty(), requestId);
    }

    private Consumer<HttpHeaders> head(
            Dialect dialect,
            List<LimitState> limits,
            Optional<Violation> violated,
            String requestId) {
        Instant now = clock.instant();
        return headers -> {
            headers.set("x-request-id", requestId);
            if (dialect == Dialect.ANTHROPIC) {
                headers.set("request-id", requestId);
            }
            CallerFields.write(headers, dialect, limits, violated, now);
        };
    }
}
