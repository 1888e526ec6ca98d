package io.weir.gateway.enforcement;

import io.weir.quota.admission.AdmissionDecision.Bar;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.admission.RefusalText;
import io.weir.quota.policy.PolicyName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Why a request is not served, in the words of `application/problem+json`; the dialects derive
/// theirs from it.
///
/// @param policies the violated ones, by name
/// @param limit how the one that decided stands
/// @param retryAfter absent where waiting does not help
/// @param objections to what stands in its body
record Refusal(
        Kind kind,
        String detail,
        List<PolicyName> policies,
        Optional<Violation> limit,
        Optional<Duration> retryAfter,
        Objections objections) {

    private static final String DRAFT = "https://iana.org/assignments/http-problem-types#";
    private static final String OURS = "urn:weir:problem:";

    /// What kinds there are, with the status and the type they are told by.
    enum Kind {
        INVALID_KEY(401, OURS + "invalid-key", "Invalid API key"),
        TOO_MANY_KEYS(429, OURS + "too-many-unknown-keys", "Too many unknown API keys"),
        KEY_REVOKED(403, OURS + "key-revoked", "API key revoked"),
        KEY_EXPIRED(403, OURS + "key-expired", "API key expired"),
        CLIENT_SUSPENDED(403, OURS + "client-suspended", "Account suspended"),
        CLIENT_DISABLED(403, OURS + "client-disabled", "Account disabled"),
        NOT_ALLOWED(403, OURS + "not-allowed", "Not allowed"),
        MODEL_NOT_ALLOWED(403, OURS + "not-allowed", "Not allowed"),
        MALFORMED_REQUEST(400, OURS + "malformed-request", "Malformed request"),
        REQUEST_TIMEOUT(408, OURS + "request-timeout", "The request took too long"),
        CONTENT_TOO_LARGE(413, OURS + "content-too-large", "The body is too large"),
        INVALID_REQUEST(422, OURS + "invalid-request", "Invalid request"),
        LIMIT_EXCEEDED(422, OURS + "limit-exceeded", "Limit exceeded"),
        RATE_EXCEEDED(429, DRAFT + "quota-exceeded", "Rate limit exceeded"),
        CONCURRENCY_EXCEEDED(429, OURS + "concurrency-exceeded", "Too many requests at once"),
        OUTSIDE_ACCESS_WINDOW(403, OURS + "outside-access-window", "Outside the access window"),
        INSUFFICIENT_BALANCE(402, OURS + "insufficient-balance", "Balance spent"),
        QUOTA_EXCEEDED(429, DRAFT + "quota-exceeded", "Quota exceeded"),
        QUOTA_RESERVED(429, DRAFT + "quota-exceeded", "Quota reserved by requests under way"),
        REDUCED_CAPACITY(
                503, DRAFT + "temporary-reduced-capacity", "Limits can't be checked at the moment"),
        UPSTREAM_FAILED(502, OURS + "upstream-failed", "The upstream did not answer"),
        UPSTREAM_TIMEOUT(504, OURS + "upstream-timeout", "The upstream took too long"),
        UPSTREAM_UNAVAILABLE(
                503, OURS + "upstream-unavailable", "The upstream takes no requests at the moment");

        private final int status;
        private final String type;
        private final String title;

        Kind(int status, String type, String title) {
            this.status = status;
            this.type = type;
            this.title = title;
        }

        int status() {
            return status;
        }

        String type() {
            return type;
        }

        String title() {
            return title;
        }
    }

    Refusal {
        policies = List.copyOf(policies);
    }

    Refusal(
            Kind kind,
            String detail,
            List<PolicyName> policies,
            Optional<Violation> limit,
            Optional<Duration> retryAfter) {
        this(kind, detail, policies, limit, retryAfter, Objections.NONE);
    }

    static Refusal of(Kind kind, String detail) {
        return new Refusal(kind, detail, List.of(), Optional.empty(), Optional.empty());
    }

    static Refusal of(Kind kind, Objections objections) {
        return new Refusal(
                kind,
                objections.detail(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                objections);
    }

    static Refusal invalidKey() {
        return of(
                Kind.INVALID_KEY,
                "Send a valid key as 'Authorization: Bearer' or in the header 'x-api-key'.");
    }

    static Refusal tooManyKeys(Duration retryAfter) {
        return new Refusal(
                Kind.TOO_MANY_KEYS,
                "Too many keys that nobody holds came from your address. Keys that were used lately"
                        + " are still served.",
                List.of(),
                Optional.empty(),
                Optional.of(retryAfter));
    }

    /// @param most bytes that a body may have on its route
    static Refusal tooLarge(long most) {
        return of(Kind.CONTENT_TOO_LARGE, "%d bytes may be sent at once here.".formatted(most));
    }

    static Refusal storeAway(StoreAway away) {
        return new Refusal(
                Kind.REDUCED_CAPACITY,
                "This is our fault, not yours: please try again shortly.",
                away.policies(),
                Optional.empty(),
                Optional.of(away.retryAfter()));
    }

    static Refusal barred(Barred barred) {
        String who =
                switch (barred.subject().kind()) {
                    case KEY -> "This key";
                    case GROUP -> "The group of this key";
                    case CLIENT -> "The client of this key";
                    case RESELLER -> "The reseller of this key";
                };
        Bar bar = barred.bar();
        return switch (bar) {
            case UNKNOWN -> invalidKey();
            case REVOKED -> of(Kind.KEY_REVOKED, who + " was revoked.");
            case EXPIRED -> of(Kind.KEY_EXPIRED, who + " has expired.");
            case SUSPENDED -> of(Kind.CLIENT_SUSPENDED, who + " is suspended.");
            case DISABLED -> of(Kind.CLIENT_DISABLED, who + " is disabled.");
            case ROUTE_NOT_ALLOWED -> of(Kind.NOT_ALLOWED, who + " may not use this route.");
            case MODEL_NOT_ALLOWED ->
                    of(
                            Kind.MODEL_NOT_ALLOWED,
                            who
                                    + " may use certain models only, and this request names none of"
                                    + " them in its query or JSON body.");
            case NOT_PRICED ->
                    of(
                            Kind.NOT_ALLOWED,
                            who
                                    + " pays for what it uses, and this request has no price: none"
                                    + " is set for its route and model.");
            case ADDRESS_NOT_ALLOWED ->
                    of(Kind.NOT_ALLOWED, who + " may not be used from this address.");
        };
    }

    /// Of several violated limits the one to wait longest for is told.
    static Refusal rejected(Rejected rejected) {
        Violation worst = rejected.worst();
        return new Refusal(
                kind(worst.cause()),
                RefusalText.detail(worst),
                rejected.violations().stream().map(Violation::policy).toList(),
                Optional.of(worst),
                worst.retryAfter());
    }

    private static Kind kind(Cause cause) {
        return switch (cause) {
            case RATE -> Kind.RATE_EXCEEDED;
            case CONCURRENCY -> Kind.CONCURRENCY_EXCEEDED;
            case QUOTA -> Kind.QUOTA_EXCEEDED;
            case BALANCE -> Kind.INSUFFICIENT_BALANCE;
            case WINDOW -> Kind.OUTSIDE_ACCESS_WINDOW;
            case RESERVED -> Kind.QUOTA_RESERVED;
        };
    }
}
