package io.weir.quota.usage;

import io.weir.quota.policy.QuotaUnit;

/// What one request costs or has cost, in each unit.
///
/// @param credits in nano-units of a credit
public record Usage(long requests, long tokens, long credits) {

    public static final Usage NONE = new Usage(0, 0, 0);
    public static final Usage ONE_REQUEST = new Usage(1, 0, 0);

    public Usage {
        if (requests < 0 || tokens < 0 || credits < 0) {
            throw new IllegalArgumentException(
                    "Usage is never negative: %d requests, %d tokens, %d credits"
                            .formatted(requests, tokens, credits));
        }
    }

    public long of(QuotaUnit unit) {
        return switch (unit) {
            case REQUESTS -> requests;
            case TOKENS -> tokens;
            case CREDITS -> credits;
        };
    }

    public Usage plus(Usage other) {
        return new Usage(
                Math.addExact(requests, other.requests),
                Math.addExact(tokens, other.tokens),
                Math.addExact(credits, other.credits));
    }

    /// Whether it is no more than that in any unit.
    public boolean fitsIn(Usage other) {
        return requests <= other.requests && tokens <= other.tokens && credits <= other.credits;
    }

    /// What is left of this when as much as possible of `other` is taken away.
    public Usage minusAtMost(Usage other) {
        return new Usage(
                Math.max(0, requests - other.requests),
                Math.max(0, tokens - other.tokens),
                Math.max(0, credits - other.credits));
    }

    /// In each unit the smaller of both.
    public Usage atMost(Usage other) {
        return new Usage(
                Math.min(requests, other.requests),
                Math.min(tokens, other.tokens),
                Math.min(credits, other.credits));
    }
}
