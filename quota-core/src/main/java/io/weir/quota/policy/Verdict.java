package io.weir.quota.policy;

/// What a limit says to a request before anything is taken from it.
public enum Verdict {
    /// There is enough.
    ADMITS,
    /// There is not, and asking the store now would change nothing.
    REFUSES,
    /// There is not, but the store may have more.
    ASK
}
