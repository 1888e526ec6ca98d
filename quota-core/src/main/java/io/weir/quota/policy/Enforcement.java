package io.weir.quota.policy;

import java.util.Locale;

/// Whether a policy refuses, or only tells what it would have refused.
public enum Enforcement {
    ENFORCE,
    OBSERVE;

    public static Enforcement of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
