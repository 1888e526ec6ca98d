package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.Verdict;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import reactor.core.scheduler.Schedulers;

/// A node over a store in memory, on a clock moved by hand, with one counter.
final class OneNode {

    static final CounterKey COUNTER = new CounterKey(UUID.randomUUID(), new PolicyName("monthly"));
    static final Duration TICK = Duration.ofMillis(500);

    final MemoryStore store;
    final Journal journal;
    final Rollups rollups;
    final Leases leases;
    final Lease lease;

    OneNode(MemoryStore store, Journal journal, long limit) {
        this.store = store;
        this.journal = journal;
        this.rollups = new Rollups(journal);
        this.leases =
                new Leases(
                        store,
                        journal,
                        rollups,
                        this::nanos,
                        () -> store.now,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Schedulers.parallel());
        store.limits.put(COUNTER, limit);
        leases.start().block();
        lease = leases.lease(COUNTER, Quotas.monthly(COUNTER.policy(), limit));
    }

    static OneNode of(long limit) {
        return new OneNode(new MemoryStore(), Journal.inMemory(), limit);
    }

    /// With a lease of some units.
    static OneNode asked(long limit) {
        OneNode node = of(limit);
        node.lease.ask(1).block();
        return node;
    }

    /// Another one over the same store.
    OneNode another(Journal journal) {
        return new OneNode(store, journal, Objects.requireNonNull(store.limits.get(COUNTER)));
    }

    long nanos() {
        return Duration.between(MemoryStore.START, store.now).toNanos();
    }

    Verdict verdict(long units) {
        return lease.verdict(units, nanos());
    }

    Reserved reserve(long units) {
        return Objects.requireNonNull(Reserved.of(lease, units, nanos()));
    }

    void use(long units) {
        reserve(units).settle(units);
    }

    void pass(Duration time) {
        store.pass(time);
    }

    /// Time passes, and the node reports meanwhile.
    void live(Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minus(TICK)) {
            pass(TICK);
            leases.tick();
        }
    }
}
