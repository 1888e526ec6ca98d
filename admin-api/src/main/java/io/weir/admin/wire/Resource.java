package io.weir.admin.wire;

/// Kinds of resources for which nothing is counted, and what their ids begin with.
public enum Resource {
    RULE("rul"),
    TOKEN("tok"),
    NODE("nod"),
    LEASE("lea"),
    FORFEIT("ffe"),
    ENTRY("ent"),
    REQUEST("req"),
    ALERT("alt"),
    AUDIT_ENTRY("aud"),
    CLIENT_IMPORT("imp"),
    EMAIL("eml"),
    CHECKOUT("chk");

    private final String prefix;

    Resource(String prefix) {
        this.prefix = prefix;
    }

    String prefix() {
        return prefix;
    }
}
