package io.weir.quota.lease;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.schedule.Period;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// How a slice is written on its slot of the journal: `L|subject|policy|starts|ends`.
record LeaseLabel(CounterKey counter, Period period) {

    private static final String KIND = "L|";

    /// The slice that a label names, or nothing if it is another kind of label.
    static Optional<LeaseLabel> parse(String label) {
        if (!label.startsWith(KIND)) {
            return Optional.empty();
        }
        String[] fields = label.split("\\|", -1);
        return Optional.of(
                new LeaseLabel(
                        new CounterKey(UUID.fromString(fields[1]), new PolicyName(fields[2])),
                        new Period(second(fields[3]), second(fields[4]))));
    }

    private static Instant second(String field) {
        return Instant.ofEpochSecond(Long.parseLong(field));
    }

    @Override
    public String toString() {
        return KIND
                + counter.subject()
                + '|'
                + counter.policy()
                + '|'
                + period.starts().getEpochSecond()
                + '|'
                + period.ends().getEpochSecond();
    }
}
