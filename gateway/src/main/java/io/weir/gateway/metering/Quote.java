package io.weir.gateway.metering;

/// What is known of a request's cost before it is forwarded.
public sealed interface Quote {

    record Priced(Charge charge) implements Quote {}

    /// Nobody says what it costs, so it is not served where that matters: nothing is free by
    /// omission.
    record Unpriced() implements Quote {}

    /// The prices were not read yet.
    record Unknown() implements Quote {}
}
