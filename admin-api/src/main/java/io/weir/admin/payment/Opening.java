package io.weir.admin.payment;

import java.time.Instant;

/// What came of opening a checkout.
sealed interface Opening {

    /// How it is counted.
    String word();

    /// @param session the provider's id of it
    /// @param charged what the provider asks for, in its own units
    record Opened(String session, String url, long charged, Instant expiresAt) implements Opening {
        @Override
        public String word() {
            return "opened";
        }
    }

    /// The amount is no multiple of the least that the provider can take.
    ///
    /// @param step that least, in nano-units
    record Uneven(long step) implements Opening {
        @Override
        public String word() {
            return "uneven";
        }
    }

    /// The provider does not take so little, or so much, at once.
    record OutOfRange() implements Opening {
        @Override
        public String word() {
            return "out-of-range";
        }
    }

    /// The provider does not take this currency.
    record UnknownCurrency() implements Opening {
        @Override
        public String word() {
            return "unknown-currency";
        }
    }

    /// The provider refused for a reason that is ours.
    ///
    /// @param why for the log
    record Refused(String why) implements Opening {
        @Override
        public String word() {
            return "refused";
        }
    }

    /// The provider did not answer in time, or could not.
    ///
    /// @param why for the log
    record Unavailable(String why) implements Opening {
        @Override
        public String word() {
            return "unavailable";
        }
    }

    record Off() implements Opening {
        @Override
        public String word() {
            return "off";
        }
    }
}
