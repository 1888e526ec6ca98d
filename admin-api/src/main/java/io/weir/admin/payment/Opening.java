package io.weir.admin.payment;

import java.time.Instant;

/// What came of opening a checkout.
sealed interface Opening {

    /// How it is counted.
    default String word() {
        return switch (this) {
            case Opened _ -> "opened";
            case Uneven _ -> "uneven";
            case OutOfRange _ -> "out-of-range";
            case UnknownCurrency _ -> "unknown-currency";
            case Refused _ -> "refused";
            case Unavailable _ -> "unavailable";
            case Off _ -> "off";
        };
    }

    /// @param session the provider's id of it
    /// @param charged what the provider asks for, in its own units
    record Opened(String session, String url, long charged, Instant expiresAt) implements Opening {}

    /// The amount is no multiple of the least that the provider can take.
    ///
    /// @param step that least, in nano-units
    record Uneven(long step) implements Opening {}

    /// The provider does not take so little, or so much, at once.
    record OutOfRange() implements Opening {}

    /// The provider does not take this currency.
    record UnknownCurrency() implements Opening {}

    /// The provider refused for a reason that is ours.
    ///
    /// @param why for the log
    record Refused(String why) implements Opening {}

    /// The provider did not answer in time, or could not.
    ///
    /// @param why for the log
    record Unavailable(String why) implements Opening {}

    record Off() implements Opening {}
}
