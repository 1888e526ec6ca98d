package io.weir.admin.provisioning;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// A maximum, and what is used of it.
///
/// @param max null for unlimited
record Limit(@Nullable Long max, long used) {

    boolean unlimited() {
        return max == null;
    }

    boolean disabled() {
        return max != null && max == 0;
    }

    /// Nothing is below nothing, though a maximum may be lowered below what is used.
    @Nullable Long available() {
        return max == null ? null : Math.max(0, max - used);
    }

    /// To one decimal, half up, without a decimal where there is none.
    @Nullable BigDecimal percentage() {
        if (max == null) {
            return null;
        }
        var percentage =
                BigDecimal.valueOf(used)
                        .movePointRight(2)
                        .divide(BigDecimal.valueOf(max), 1, RoundingMode.HALF_UP);
        var plain = percentage.stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0, RoundingMode.UNNECESSARY) : plain;
    }
}
