package io.weir.admin.principal;

import java.util.Locale;

/// What a token lets its bearer be.
public enum Role {
    OPERATOR,
    RESELLER;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
