package io.weir.quota.price;

import java.util.Locale;

/// The classes of [Tokens].
public enum TokenClass {
    INPUT,
    CACHE_READ,
    CACHE_WRITE_5M,
    CACHE_WRITE_1H,
    OUTPUT,
    OUTPUT_REASONING,
    AUDIO_IN,
    AUDIO_OUT;

    private final String word = name().toLowerCase(Locale.ROOT);

    /// The word in the tables, on the wire and in the meters.
    public String word() {
        return word;
    }
}
