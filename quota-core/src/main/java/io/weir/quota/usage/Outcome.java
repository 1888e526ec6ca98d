package io.weir.quota.usage;

import java.util.Locale;

/// How a request ended, as far as its usage is concerned.
public enum Outcome {
    /// Forwarded, and the upstream's answer was passed on whole.
    SERVED,
    /// Forwarded, but the upstream gave no whole answer.
    FAILED,
    /// Forwarded, and given up by the caller.
    CANCELED,
    /// Admitted by a gateway that was killed before the end was known.
    ESTIMATED,
    /// Not forwarded: a limit or a status refused it.
    REFUSED;

    /// The word in the tables, on the wire and in the meters.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
