package io.weir.quota.admission;

/// Whether the limits of a path count a unit.
public enum Counting {
    NONE,
    /// Only limits that refuse nothing do.
    OBSERVED,
    ENFORCED
}
