package io.weir.gateway.enforcement;

import io.weir.quota.admission.AdmissionDecision.Bar;

/// What came of looking at a request before it is decided on.
sealed interface Priced {

    /// @param visit with its cost
    record Ready(Visit visit) implements Priced {}

    /// Its key may not ask for this.
    record Forbidden(Bar bar) implements Priced {}

    /// Its body can't be read.
    record Unreadable(Refusal refusal) implements Priced {}

    /// The prices were not read yet.
    record Unknown() implements Priced {}
}
