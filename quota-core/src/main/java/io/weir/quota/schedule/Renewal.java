package io.weir.quota.schedule;

import java.time.Instant;

/// How an allowance comes back: with each calendar period, by hand, or never.
public sealed interface Renewal permits CalendarPeriod, Renewal.ByHand, Renewal.Never {

    /// The end of periods that end by no clock; far enough to be none, and a whole second in every
    /// store.
    Instant NO_END = Instant.parse("9999-12-31T00:00:00Z");

    /// The period that holds `instant`.
    Period at(Instant instant, Calendar calendar);

    /// @param since when it was last renewed, in whole seconds; another instant is another period
    record ByHand(Instant since) implements Renewal {

        @Override
        public Period at(Instant instant, Calendar calendar) {
            return new Period(since, NO_END);
        }
    }

    /// What is spent is spent.
    record Never() implements Renewal {

        private static final Period ALL = new Period(Instant.EPOCH, NO_END);

        @Override
        public Period at(Instant instant, Calendar calendar) {
            return ALL;
        }
    }
}
