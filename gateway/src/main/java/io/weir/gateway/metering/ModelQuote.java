package io.weir.gateway.metering;

/// What is known of a request to a language model before it is decided on.
public sealed interface ModelQuote {

    record Known(ModelCall call) implements ModelQuote {}

    /// The prices were not read yet.
    record Unknown() implements ModelQuote {}
}
