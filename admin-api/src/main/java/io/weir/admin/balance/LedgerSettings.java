package io.weir.admin.balance;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// @param bookingDelay how long spending waits until it is booked: the longer, the fewer entries
@ConfigurationProperties("weir.ledger")
record LedgerSettings(Duration bookingDelay) {

    LedgerSettings {
        if (bookingDelay.isNegative()) {
            throw new IllegalArgumentException("weir.ledger.booking-delay is never negative");
        }
    }
}
