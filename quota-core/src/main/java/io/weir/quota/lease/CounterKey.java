package io.weir.quota.lease;

import io.weir.quota.policy.PolicyName;
import java.util.UUID;

/// What the store counts: one policy of one subject. A period makes it a counter.
public record CounterKey(UUID subject, PolicyName policy) implements Comparable<CounterKey> {

    /// The order in which rows are locked, the same on every node. `UUID.compareTo` is signed, but
    /// all that matters is that everybody uses it.
    @Override
    public int compareTo(CounterKey other) {
        int bySubject = subject.compareTo(other.subject);
        return bySubject != 0 ? bySubject : policy.value().compareTo(other.policy.value());
    }
}
