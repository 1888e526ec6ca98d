package io.weir.quota.usage;

import java.util.Arrays;
import java.util.Optional;

/// What a row of usage counts, each on a slot of its own. Those that occur without tokens come
/// first.
///
/// The letter begins the slot's label; `L` is that of leases.
public enum RollupUnit {
    REQUESTS('U'),
    CREDITS('C'),
    TOKENS_ESTIMATED('E'),
    INPUT('I'),
    CACHE_READ('R'),
    CACHE_WRITE_5M('W'),
    CACHE_WRITE_1H('X'),
    OUTPUT('O'),
    OUTPUT_REASONING('T'),
    AUDIO_IN('A'),
    AUDIO_OUT('B');

    private final char letter;

    RollupUnit(char letter) {
        this.letter = letter;
    }

    char letter() {
        return letter;
    }

    static Optional<RollupUnit> of(char letter) {
        return Arrays.stream(values()).filter(unit -> unit.letter == letter).findFirst();
    }

    long of(Metered metered) {
        return switch (this) {
            case REQUESTS -> metered.requests();
            case CREDITS -> metered.credits();
            case TOKENS_ESTIMATED -> metered.estimatedTokens();
            case INPUT -> metered.tokens().input();
            case CACHE_READ -> metered.tokens().cacheRead();
            case CACHE_WRITE_5M -> metered.tokens().cacheWrite5m();
            case CACHE_WRITE_1H -> metered.tokens().cacheWrite1h();
            case OUTPUT -> metered.tokens().output();
            case OUTPUT_REASONING -> metered.tokens().outputReasoning();
            case AUDIO_IN -> metered.tokens().audioIn();
            case AUDIO_OUT -> metered.tokens().audioOut();
        };
    }
}
