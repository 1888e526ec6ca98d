package io.weir.quota.lease;

import io.weir.quota.policy.PolicyName;
import java.util.UUID;

/// What the store counts: one policy of one subject. A period makes it a counter.
public record CounterKey(UUID subject, PolicyName policy) implements Comparable<CounterKey> {

    /// The order in which rows are locked, the same for everybody: that of PostgreSQL, to which ids
    /// are unsigned, unlike `UUID.compareTo`.
    @Override
    public int compareTo(CounterKey other) {
        int bySubject = compare(subject, other.subject);
        return bySubject != 0 ? bySubject : policy.value().compareTo(other.policy.value());
    }

    private static int compare(UUID one, UUID other) {
        int high =
                Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(
                        one.getLeastSignificantBits(), other.getLeastSignificantBits());
    }
}
