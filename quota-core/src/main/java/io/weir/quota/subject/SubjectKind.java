package io.weir.quota.subject;

/// The levels of a subject path, nearest to the request first.
public enum SubjectKind {
    KEY("key"),
    GROUP("grp"),
    CLIENT("cli"),
    RESELLER("rsl");

    private final String prefix;

    SubjectKind(String prefix) {
        this.prefix = prefix;
    }

    /// What ids of this kind begin with on the wire, before the underscore.
    public String prefix() {
        return prefix;
    }
}
