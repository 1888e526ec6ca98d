package io.weir.quota.policy;

import java.util.Locale;

/// What a policy counts. Credits are counted in nano-units.
public enum QuotaUnit {
    REQUESTS,
    TOKENS,
    CREDITS;

    public static QuotaUnit of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// The word in the tables and on the wire.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
