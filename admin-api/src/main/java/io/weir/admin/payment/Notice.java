package io.weir.admin.payment;

/// What the provider tells of a checkout.
sealed interface Notice {

    /// @param session the provider's id of it
    /// @param charged what was paid, in the provider's units
    record Paid(String session, long charged, String currency) implements Notice {}

    /// It went on, or ended, without a payment.
    record Moved(String session, Status status) implements Notice {}

    /// It is about something else.
    record Ignored() implements Notice {}

    /// It is not the provider's, or not of now.
    record Refused() implements Notice {}

    record Off() implements Notice {}
}
