package io.weir.admin.access;

import io.weir.admin.wire.Problem;
import io.weir.quota.subject.Status;
import java.util.Locale;

/// What an operator does to the status of a reseller or client.
public enum Transition {
    SUSPEND(Status.SUSPENDED),
    REACTIVATE(Status.ACTIVE),
    DISABLE(Status.DISABLED);

    private final Status target;

    Transition(Status target) {
        this.target = target;
    }

    /// The status afterwards; to be there already is no mistake.
    ///
    /// @throws Problem 409 if it was disabled, which is for good
    public Status from(Status before) {
        if (before == Status.DISABLED && this != DISABLE) {
            throw Problem.conflict("disabled", "It was disabled, and that is for good.");
        }
        return target;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
