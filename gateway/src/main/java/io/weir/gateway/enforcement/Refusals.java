package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.Refusal.Kind;
import io.weir.quota.admission.LimitState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/// Answers in the gateway's own name.
final class Refusals {

    /// Whoever waits for a new period must not come back in the same second as everybody else.
    private static final Duration LONG_WAIT = Duration.ofMinutes(1);

    private static final long JITTER_SECONDS = 30;

    private static final Set<Kind> WAITING_IS_NO_USE =
            Set.of(Kind.QUOTA_EXCEEDED, Kind.INSUFFICIENT_BALANCE);

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
                    ids(headers, dialect, requestId);
                    RateLimitFields.write(
                            headers, limits, refusal.limit().map(List::of).orElse(List.of()));
                    advise(headers, dialect, refusal);
                    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
                });
    }

    static void ids(HttpHeaders headers, Dialect dialect, String requestId) {
        headers.set("x-request-id", requestId);
        if (dialect == Dialect.ANTHROPIC) {
            headers.set("request-id", requestId);
        }
    }

    private static void advise(HttpHeaders headers, Dialect dialect, Refusal refusal) {
        if (refusal.kind() == Kind.INVALID_KEY) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        refusal.retryAfter()
                .ifPresent(
                        wait ->
                                headers.set(
                                        HttpHeaders.RETRY_AFTER,
                                        Long.toString(seconds(refusal.kind(), wait))));
        if (WAITING_IS_NO_USE.contains(refusal.kind()) && dialect == Dialect.OPENAI) {
            headers.set("x-should-retry", "false");
        }
    }

    private static long seconds(Kind kind, Duration wait) {
        long jitter =
                kind == Kind.QUOTA_EXCEEDED && wait.compareTo(LONG_WAIT) > 0
                        ? ThreadLocalRandom.current().nextLong(JITTER_SECONDS)
                        : 0;
        return Math.max(1, RateLimitFields.secondsRoundedUp(wait)) + jitter;
    }
}
