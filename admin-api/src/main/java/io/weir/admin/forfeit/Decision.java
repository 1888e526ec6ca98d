package io.weir.admin.forfeit;

import java.util.Locale;

/// What becomes of a forfeit.
enum Decision {
    /// Its units were not used, and are free again.
    REFUNDED,
    /// They count as used.
    BOOKED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
