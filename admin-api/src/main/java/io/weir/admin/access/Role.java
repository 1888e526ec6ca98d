package io.weir.admin.access;

import java.util.Locale;

/// Who asks.
enum Role {
    OPERATOR,
    RESELLER;

    static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
