package io.weir.gateway.enforcement;

import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A refusal in each dialect's own words.
final class RefusalBody {

    private static final JsonMapper JSON = JsonMapper.shared();

    private RefusalBody() {}

    static String contentType(Dialect dialect) {
        return dialect == Dialect.PLAIN ? "application/problem+json" : "application/json";
    }

    /// @param status that goes with it
    /// @param explain where more is told
    static byte[] bytes(
            Dialect dialect,
            Refusal refusal,
            int status,
            String requestId,
            String explain,
            Instant now) {
        return JSON.writeValueAsBytes(
                switch (dialect) {
                    case PLAIN -> problem(refusal, status, requestId, explain, now);
                    case OPENAI -> openAi(refusal);
                    case ANTHROPIC -> anthropic(refusal, requestId);
                });
    }

    /// RFC 9457, with the members of draft-ietf-httpapi-ratelimit-headers-11 and ours.
    private static Map<String, Object> problem(
            Refusal refusal, int status, String requestId, String explain, Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", refusal.kind().type());
        body.put("title", refusal.kind().title());
        body.put("status", status);
        body.put("detail", refusal.detail());
        body.put("instance", "urn:weir:request:" + requestId);
        body.put("request-id", requestId);
        if (!refusal.policies().isEmpty()) {
            body.put(
                    "violated-policies",
                    refusal.policies().stream().map(Object::toString).toList());
        }
        refusal.limit().ifPresent(violation -> describe(violation, now, body));
        refusal.objections().describe(body);
        body.put("explain", explain);
        return body;
    }

    private static void describe(Violation violation, Instant now, Map<String, Object> body) {
        body.put("scope", violation.subject().kind().name().toLowerCase(Locale.ROOT));
        violation.limit().ifPresent(limit -> describe(limit, now, body));
    }

    private static void describe(ServiceLimit limit, Instant now, Map<String, Object> body) {
        body.put("unit", limit.unit().word());
        body.put("limit", Amount.json(limit.unit(), limit.quota()));
        body.put("used", Amount.json(limit.unit(), limit.used()));
        body.put("reserved", Amount.json(limit.unit(), limit.reserved()));
        RateLimitFields.resetsAt(now, limit)
                .ifPresent(instant -> body.put("resets-at", instant.toString()));
    }

    /// The event `error` of a stream of the Responses API, whose members stand at its top.
    static String responsesEvent(Refusal refusal) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("type", "error");
        event.put("code", openAiCode(refusal));
        event.put("message", message(refusal));
        event.put("param", null);
        return JSON.writeValueAsString(event);
    }

    private static String openAiCode(Refusal refusal) {
        return switch (refusal.kind()) {
            case INVALID_KEY -> "invalid_api_key";
            case KEY_REVOKED -> "key_revoked";
            case KEY_EXPIRED -> "key_expired";
            case CLIENT_SUSPENDED -> "account_suspended";
            case CLIENT_DISABLED -> "account_disabled";
            case NOT_ALLOWED -> "not_allowed";
            case MODEL_NOT_ALLOWED -> "model_not_found";
            case MALFORMED_REQUEST -> "malformed_request";
            case REQUEST_TIMEOUT -> "request_timeout";
            case INVALID_REQUEST -> "invalid_request";
            case LIMIT_EXCEEDED -> "limit_exceeded";
            case CONTENT_TOO_LARGE -> "request_too_large";
            case TOO_MANY_KEYS, RATE_EXCEEDED, CONCURRENCY_EXCEEDED, QUOTA_RESERVED ->
                    "rate_limit_exceeded";
            case OUTSIDE_ACCESS_WINDOW -> "outside_access_window";
            case QUOTA_EXCEEDED, INSUFFICIENT_BALANCE -> "insufficient_quota";
            case REDUCED_CAPACITY -> "service_unavailable";
            case UPSTREAM_FAILED, UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE -> "upstream_error";
        };
    }

    private static Map<String, Object> openAi(Refusal refusal) {
        String type =
                switch (refusal.kind()) {
                    case INVALID_KEY, KEY_REVOKED, KEY_EXPIRED -> "invalid_request_error";
                    case CLIENT_SUSPENDED,
                            CLIENT_DISABLED,
                            OUTSIDE_ACCESS_WINDOW,
                            NOT_ALLOWED,
                            MODEL_NOT_ALLOWED,
                            MALFORMED_REQUEST,
                            REQUEST_TIMEOUT,
                            CONTENT_TOO_LARGE,
                            INVALID_REQUEST,
                            LIMIT_EXCEEDED ->
                            "invalid_request_error";
                    case TOO_MANY_KEYS, RATE_EXCEEDED, CONCURRENCY_EXCEEDED, QUOTA_RESERVED ->
                            limited(refusal);
                    case QUOTA_EXCEEDED, INSUFFICIENT_BALANCE -> "insufficient_quota";
                    case REDUCED_CAPACITY,
                            UPSTREAM_FAILED,
                            UPSTREAM_TIMEOUT,
                            UPSTREAM_UNAVAILABLE ->
                            "server_error";
                };
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", message(refusal));
        error.put("type", type);
        error.put("param", null);
        error.put("code", openAiCode(refusal));
        return Map.of("error", error);
    }

    /// What ran out: requests or tokens.
    private static String limited(Refusal refusal) {
        return refusal.limit()
                .flatMap(Violation::limit)
                .map(limit -> limit.unit() == QuotaUnit.TOKENS ? "tokens" : "requests")
                .orElse("requests");
    }

    private static Map<String, Object> anthropic(Refusal refusal, String requestId) {
        String type =
                switch (refusal.kind()) {
                    case INVALID_KEY -> "authentication_error";
                    case KEY_REVOKED,
                            KEY_EXPIRED,
                            CLIENT_SUSPENDED,
                            CLIENT_DISABLED,
                            OUTSIDE_ACCESS_WINDOW,
                            NOT_ALLOWED,
                            MODEL_NOT_ALLOWED ->
                            "permission_error";
                    case MALFORMED_REQUEST, REQUEST_TIMEOUT, INVALID_REQUEST, LIMIT_EXCEEDED ->
                            "invalid_request_error";
                    case CONTENT_TOO_LARGE -> "request_too_large";
                    case INSUFFICIENT_BALANCE -> "billing_error";
                    case TOO_MANY_KEYS,
                            RATE_EXCEEDED,
                            CONCURRENCY_EXCEEDED,
                            QUOTA_EXCEEDED,
                            QUOTA_RESERVED ->
                            "rate_limit_error";
                    case REDUCED_CAPACITY, UPSTREAM_UNAVAILABLE -> "overloaded_error";
                    case UPSTREAM_FAILED -> "api_error";
                    case UPSTREAM_TIMEOUT -> "timeout_error";
                };
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("type", type);
        error.put("message", message(refusal));
        if (spent(refusal)) {
            error.put("details", Map.of("error_code", "enforced_spend_limit_reached"));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "error");
        body.put("error", error);
        body.put("request_id", requestId);
        return body;
    }

    /// Money, rather than requests or tokens.
    private static boolean spent(Refusal refusal) {
        return switch (refusal.kind()) {
            case INSUFFICIENT_BALANCE -> true;
            case QUOTA_EXCEEDED ->
                    refusal.limit()
                            .flatMap(Violation::limit)
                            .filter(limit -> limit.unit() == QuotaUnit.CREDITS)
                            .isPresent();
            default -> false;
        };
    }

    private static String message(Refusal refusal) {
        return refusal.kind().title() + ": " + refusal.detail();
    }
}
