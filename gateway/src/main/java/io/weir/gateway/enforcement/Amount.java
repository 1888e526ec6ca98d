package io.weir.gateway.enforcement;

import io.weir.quota.policy.QuotaUnit;
import java.math.BigDecimal;

/// How much of a unit, as people read it.
final class Amount {

    private static final int NANO_DIGITS = 9;
    private static final int LEAST_DIGITS = 2;

    private Amount() {}

    /// Credits in decimal, with two digits or as many as it takes; other units as they are.
    static String of(QuotaUnit unit, long amount) {
        if (unit != QuotaUnit.CREDITS) {
            return Long.toString(amount);
        }
        BigDecimal credits = BigDecimal.valueOf(amount, NANO_DIGITS).stripTrailingZeros();
        return credits.setScale(Math.max(LEAST_DIGITS, credits.scale())).toPlainString();
    }

    /// A number, but for credits, which are decimal.
    static Object json(QuotaUnit unit, long amount) {
        return unit == QuotaUnit.CREDITS ? of(unit, amount) : (Object) amount;
    }
}
