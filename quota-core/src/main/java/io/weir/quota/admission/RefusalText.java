package io.weir.quota.admission;

import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Violation;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.ServiceLimit;
import java.math.BigDecimal;
import java.time.Duration;

/// A refusal in words, the same for the caller who meets it and for whoever asks about it.
public final class RefusalText {

    private static final int NANO_DIGITS = 9;
    private static final int LEAST_DIGITS = 2;

    private RefusalText() {}

    /// The last part of the type of the problem that is told.
    public static String name(Cause cause) {
        return switch (cause) {
            case RATE, QUOTA, RESERVED -> "quota-exceeded";
            case CONCURRENCY -> "concurrency-exceeded";
            case BALANCE -> "insufficient-balance";
            case WINDOW -> "outside-access-window";
        };
    }

    /// One sentence on what refused and how it stands.
    public static String detail(Violation violation) {
        return switch (violation.cause()) {
            case WINDOW -> "Calls are not allowed at this time.";
            case BALANCE -> "What was paid for is spent.";
            case RATE, CONCURRENCY, QUOTA, RESERVED ->
                    violation
                            .limit()
                            .map(limit -> detail(violation.cause(), limit))
                            .orElse("A limit was reached.");
        };
    }

    /// Credits in decimal, with two digits or as many as it takes; other units as they are.
    public static String amount(QuotaUnit unit, long amount) {
        if (unit != QuotaUnit.CREDITS) {
            return Long.toString(amount);
        }
        BigDecimal credits = BigDecimal.valueOf(amount, NANO_DIGITS).stripTrailingZeros();
        return credits.setScale(Math.max(LEAST_DIGITS, credits.scale())).toPlainString();
    }

    private static String detail(Cause cause, ServiceLimit limit) {
        String unit = limit.unit().word();
        String allowed = amount(limit.unit(), limit.quota());
        String used = amount(limit.unit(), limit.used());
        if (cause == Cause.RATE) {
            return "The limit '%s' allows %s %s in %d seconds."
                    .formatted(limit.policy(), allowed, unit, seconds(limit));
        }
        if (cause == Cause.CONCURRENCY) {
            return "The limit '%s' allows %s requests at once.".formatted(limit.policy(), allowed);
        }
        String spent =
                "%s of %s %s of the limit '%s' are used"
                        .formatted(used, allowed, unit, limit.policy());
        return cause == Cause.QUOTA
                ? spent + "."
                : spent + ", and %s reserved.".formatted(amount(limit.unit(), limit.reserved()));
    }

    private static long seconds(ServiceLimit limit) {
        return limit.window().orElse(Duration.ZERO).toSeconds();
    }
}
