package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.Refusal.Kind;

/// Where a refusal says that more is told about it.
final class Explanation {

    /// Where a caller sees its limits, with the same key.
    private static final String ME = "/weir/v1/me";

    private static final String DECISIONS = "/api/v1/decisions/";

    private final String adminUrl;
    private final boolean kept;

    private Explanation(String adminUrl, boolean kept) {
        this.adminUrl = adminUrl;
        this.kept = kept;
    }

    /// For refusals that are put down.
    ///
    /// @param adminUrl of the admin API, as people call it; empty for a link without an address
    static Explanation kept(String adminUrl) {
        return new Explanation(adminUrl.replaceAll("/+$", ""), true);
    }

    static Explanation none() {
        return new Explanation("", false);
    }

    String of(Kind kind, String requestId) {
        return switch (kind) {
            case INVALID_KEY,
                    TOO_MANY_KEYS,
                    UPSTREAM_FAILED,
                    UPSTREAM_TIMEOUT,
                    UPSTREAM_UNAVAILABLE ->
                    ME;
            default -> kept ? adminUrl + DECISIONS + requestId : ME;
        };
    }
}
