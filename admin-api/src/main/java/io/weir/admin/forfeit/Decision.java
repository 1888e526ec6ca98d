package io.weir.admin.forfeit;

import java.util.Locale;

/// What becomes of a forfeit.
enum Decision {
    /// Its units were not used, and are free again.
    REFUNDED("refund"),
    /// They count as used.
    BOOKED("book");

    private final String verb;

    Decision(String verb) {
        this.verb = verb;
    }

    /// What the audit log calls it.
    String verb() {
        return verb;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
