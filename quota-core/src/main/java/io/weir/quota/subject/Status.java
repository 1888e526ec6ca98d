package io.weir.quota.subject;

import java.util.Locale;

/// Whether a reseller or client, and everything below it, may call.
public enum Status {
    ACTIVE,
    SUSPENDED,
    DISABLED;

    public static Status of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /// The word on the wire and in the tables.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
