package io.weir.quota.policy;

import io.weir.quota.schedule.AccessWindow;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.Period;
import io.weir.quota.schedule.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/// How much of something one subject may use, and over which time window.
public sealed interface QuotaPolicy {

    PolicyName name();

    /// A rate: the bucket holds `capacity` tokens and regains `refillTokens` every `refillPeriod`,
    /// continuously.
    record TokenBucket(
            PolicyName name,
            QuotaUnit unit,
            long capacity,
            long refillTokens,
            Duration refillPeriod)
            implements QuotaPolicy {

        public static final long MOST = 1_000_000_000_000L;
        private static final Duration MINUTE = Duration.ofMinutes(1);

        public TokenBucket {
            requireBetween("capacity", capacity, 1, MOST);
            requireBetween("refillTokens", refillTokens, 1, MOST);
            requireBetween("refillPeriod in ns", refillPeriod.toNanos(), 1, Long.MAX_VALUE);
        }

        /// "n requests per minute" is a bucket of capacity n.
        public static TokenBucket perMinute(PolicyName name, long requests) {
            return perMinute(name, QuotaUnit.REQUESTS, requests);
        }

        public static TokenBucket perMinute(PolicyName name, QuotaUnit unit, long units) {
            return new TokenBucket(name, unit, units, units, MINUTE);
        }
    }

    /// When calls are allowed at all.
    record Access(PolicyName name, AccessWindow window, Enforcement enforcement)
            implements QuotaPolicy {}

    /// How many requests may be under way at once.
    record Concurrency(PolicyName name, long slots) implements QuotaPolicy {

        public static final long MOST = 1_000_000;

        public Concurrency {
            requireBetween("slots", slots, 1, MOST);
        }
    }

    /// An allowance for each period. Without a limit it is counted all the same, so that usage is
    /// known.
    ///
    /// @param calendar of the account, by which calendar periods are told
    record PeriodQuota(
            PolicyName name,
            QuotaUnit unit,
            Renewal renewal,
            Calendar calendar,
            OptionalLong limit,
            Enforcement enforcement,
            FailureMode failureMode)
            implements QuotaPolicy {

        public PeriodQuota {
            limit.ifPresent(units -> requireBetween("limit", units, 0, Long.MAX_VALUE));
        }

        /// The same for an account that goes by this calendar.
        public PeriodQuota on(Calendar other) {
            return new PeriodQuota(name, unit, renewal, other, limit, enforcement, failureMode);
        }

        public Period at(Instant instant) {
            return renewal.at(instant, calendar);
        }
    }

    private static void requireBetween(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be %d to %d, was: %d".formatted(field, least, most, value));
        }
    }
}
