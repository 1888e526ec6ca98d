package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import reactor.core.scheduler.Schedulers;

/// The leases of one node over a store in memory, on a clock that is moved by hand.
public final class TestLeases {

    private final MemoryStore store = new MemoryStore();
    private final Journal journal = Journal.inMemory();
    private long nanos;

    public final Leases leases =
            new Leases(
                    store,
                    journal,
                    new Rollups(journal),
                    () -> nanos,
                    () -> store.now,
                    Duration.ofSeconds(2),
                    Schedulers.parallel());

    public TestLeases() {
        leases.start().block();
    }

    public Instant now() {
        return store.now;
    }

    public long nanoTime() {
        return nanos;
    }

    public void pass(Duration time) {
        store.pass(time);
        nanos += time.toNanos();
    }

    public void limit(UUID subject, String policy, long limit) {
        store.limits.put(new CounterKey(subject, new PolicyName(policy)), limit);
    }

    public void away(boolean away) {
        store.away = away;
    }

    /// What the store knows once everything is reported.
    public long used(UUID subject, String policy) {
        leases.tick(); // repeats a report that was not answered, if there is one
        leases.tick();
        return store.used(new CounterKey(subject, new PolicyName(policy)));
    }
}
