package io.weir.quota.simulation;

/// A law was broken.
final class Violation extends AssertionError {

    private static final long serialVersionUID = 1L;

    Violation(String law) {
        super(law);
    }

    Violation(Throwable failure) {
        super("A node failed", failure);
    }
}
