package io.weir.quota.usage;

import io.weir.quota.price.Tokens;
import java.util.function.ToLongFunction;

/// What a row of usage counts. A sum of it is at most the largest `long`.
///
/// @param estimatedTokens how many of the tokens, of whatever class, no upstream has reported
/// @param credits in nano-units of a credit
public record Metered(long requests, Tokens tokens, long estimatedTokens, long credits) {

    public static final Metered NONE = new Metered(0, Tokens.NONE, 0, 0);
    private static final Metered ONE_REQUEST = new Metered(1, Tokens.NONE, 0, 0);

    public Metered {
        if ((requests | estimatedTokens | credits) < 0) {
            throw new IllegalArgumentException(
                    "Nothing is metered below zero: %d requests, %d estimated tokens, %d credits"
                            .formatted(requests, estimatedTokens, credits));
        }
    }

    /// Requests without tokens and credits.
    public static Metered requests(long requests) {
        return requests == 1 ? ONE_REQUEST : new Metered(requests, Tokens.NONE, 0, 0);
    }

    /// So many of one unit.
    public static Metered of(RollupUnit unit, long units) {
        return unit == RollupUnit.REQUESTS ? requests(units) : of(each -> each == unit ? units : 0);
    }

    private static Metered of(ToLongFunction<RollupUnit> units) {
        return new Metered(
                units.applyAsLong(RollupUnit.REQUESTS),
                new Tokens(
                        units.applyAsLong(RollupUnit.INPUT),
                        units.applyAsLong(RollupUnit.CACHE_READ),
                        units.applyAsLong(RollupUnit.CACHE_WRITE_5M),
                        units.applyAsLong(RollupUnit.CACHE_WRITE_1H),
                        units.applyAsLong(RollupUnit.OUTPUT),
                        units.applyAsLong(RollupUnit.OUTPUT_REASONING),
                        units.applyAsLong(RollupUnit.AUDIO_IN),
                        units.applyAsLong(RollupUnit.AUDIO_OUT)),
                units.applyAsLong(RollupUnit.TOKENS_ESTIMATED),
                units.applyAsLong(RollupUnit.CREDITS));
    }

    boolean hasTokens() {
        return estimatedTokens > 0 || !tokens.equals(Tokens.NONE);
    }

    /// The same, no token of it reported.
    Metered estimated() {
        return hasTokens() ? new Metered(requests, tokens, tokens.total(), credits) : this;
    }

    public Metered plus(Metered more) {
        return equals(NONE) ? more : sum(more);
    }

    private Metered sum(Metered more) {
        return new Metered(
                Tokens.sum(requests, more.requests),
                tokens.plus(more.tokens),
                Tokens.sum(estimatedTokens, more.estimatedTokens),
                Tokens.sum(credits, more.credits));
    }
}
