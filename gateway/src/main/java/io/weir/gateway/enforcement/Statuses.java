package io.weir.gateway.enforcement;

import io.weir.gateway.enforcement.Refusal.Kind;

/// The status with which each kind of refusal is told in each dialect.
///
/// OpenAI and Anthropic have a status of their own for an account that is spent, which their SDKs
/// know, so only plain routes can be told another.
///
/// @param spent of plain routes, for a budget or balance that is spent
record Statuses(int spent) {

    static final Statuses USUAL = new Statuses(Kind.INSUFFICIENT_BALANCE.status());

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int OVERLOADED = 529;

    Statuses {
        if (spent != Kind.INSUFFICIENT_BALANCE.status() && spent != TOO_MANY_REQUESTS) {
            throw new IllegalArgumentException(
                    "A spent budget is told by 402 or 429, not by " + spent);
        }
    }

    int of(Dialect dialect, Kind kind) {
        return switch (kind) {
            case REDUCED_CAPACITY, UPSTREAM_UNAVAILABLE ->
                    dialect == Dialect.ANTHROPIC ? OVERLOADED : kind.status();
            case INSUFFICIENT_BALANCE ->
                    switch (dialect) {
                        case PLAIN -> spent;
                        case OPENAI -> TOO_MANY_REQUESTS;
                        case ANTHROPIC -> kind.status();
                    };
            default -> kind.status();
        };
    }
}
