package io.weir.admin.balance;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// @param bookingDelay how long spending waits until it is booked: the longer, the fewer entries
/// @param referralTiers from how much of their referees' consumption, in whole credits, referrers
///   earn which percentage of what comes on top
@ConfigurationProperties("weir.ledger")
record LedgerSettings(Duration bookingDelay, SortedMap<Long, Integer> referralTiers) {

    private static final long MOST_CREDITS = 9_000_000_000L;

    LedgerSettings {
        if (bookingDelay.isNegative()) {
            throw new IllegalArgumentException("weir.ledger.booking-delay is never negative");
        }
        referralTiers = Collections.unmodifiableSortedMap(new TreeMap<>(referralTiers));
        referralTiers.forEach(
                (from, percent) -> {
                    if (from < 0 || from > MOST_CREDITS || percent < 0 || percent > 100) {
                        throw new IllegalArgumentException(
                                "weir.ledger.referral-tiers: %d%% from %d"
                                        .formatted(percent, from));
                    }
                });
    }
}
