package io.weir.quota.policy;

import java.util.Locale;

/// What a policy does while its store is away and nothing of it is left on this node.
public enum FailureMode {
    /// Let the request through, and count it once the store is back.
    OPEN,
    /// Refuse, as our own fault.
    CLOSED;

    public static FailureMode of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
