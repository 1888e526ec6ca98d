package io.weir.admin.payment;

import java.util.Locale;

/// How far a checkout is, as far as its provider told.
enum Status {
    OPEN,
    /// Somebody pays by a way that takes days.
    PROCESSING,
    PAID,
    EXPIRED,
    FAILED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Status of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
