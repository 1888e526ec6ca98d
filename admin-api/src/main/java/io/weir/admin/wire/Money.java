package io.weir.admin.wire;

import java.math.BigDecimal;

/// Money as it stands in answers: a decimal string, with two places or as many as it takes.
public final class Money {

    static final int NANO_DIGITS = 9;
    private static final int LEAST_DIGITS = 2;

    private Money() {}

    public static String decimal(long nanos) {
        return decimal(BigDecimal.valueOf(nanos));
    }

    /// A sum of nano-units, which may be more than a `long` holds.
    public static String decimal(BigDecimal nanos) {
        BigDecimal shortest = nanos.movePointLeft(NANO_DIGITS).stripTrailingZeros();
        return shortest.setScale(Math.max(LEAST_DIGITS, shortest.scale())).toPlainString();
    }
}
