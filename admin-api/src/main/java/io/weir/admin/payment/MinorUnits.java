package io.weir.admin.payment;

import java.util.OptionalLong;
import java.util.Set;

/// In which units Stripe counts a currency. It is not always as ISO 4217 has it.
///
/// @param nanos how many nano-units one of them is
/// @param step how many of them an amount must be a multiple of
record MinorUnits(long nanos, long step) {

    private static final long UNIT = 1_000_000_000;

    private static final Set<String> WHOLE =
            Set.of(
                    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND",
                    "VUV", "XAF", "XOF", "XPF");

    /// Counted in thousandths, of which the last digit is 0.
    private static final Set<String> THOUSANDTHS = Set.of("BHD", "JOD", "KWD", "OMR", "TND");

    /// Once counted in hundredths, and still written so, though there are only whole ones.
    private static final Set<String> WRITTEN_AS_HUNDREDTHS = Set.of("ISK", "UGX");

    static MinorUnits of(String currency) {
        if (WHOLE.contains(currency)) {
            return new MinorUnits(UNIT, 1);
        }
        if (THOUSANDTHS.contains(currency)) {
            return new MinorUnits(UNIT / 1000, 10);
        }
        return new MinorUnits(UNIT / 100, WRITTEN_AS_HUNDREDTHS.contains(currency) ? 100 : 1);
    }

    /// The least that can be paid, in nano-units, of which all else is a multiple.
    long least() {
        return nanos * step;
    }

    /// How many of these units an amount is, or nothing if it is no whole number of what can be
    /// paid.
    OptionalLong of(long amount) {
        return amount % least() == 0 ? OptionalLong.of(amount / nanos) : OptionalLong.empty();
    }
}
