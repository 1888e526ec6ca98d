package io.weir.quota.price;

import java.math.BigDecimal;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Amounts of credits as people and headers write them.
public final class Credits {

    private static final int NANO_DIGITS = 9;
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    private Credits() {}

    /// Nano-units of a plain decimal from 0 to 999999999.999999999; nothing for any other text.
    public static OptionalLong parse(String text) {
        return DECIMAL.matcher(text).matches()
                ? OptionalLong.of(new BigDecimal(text).movePointRight(NANO_DIGITS).longValueExact())
                : OptionalLong.empty();
    }
}
