package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The leases of this node: one for each counter that a request here fell under.
public final class Leases {

    private final ConcurrentHashMap<CounterKey, Lease> leases = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;
    private final Exchange exchange;

    /// @param nanoTime a monotonic clock
    /// @param wall this node's wall clock, used only until the store has told its own
    /// @param answerTime how long the store may take to answer before it counts as away
    /// @param timer what tells that it took longer
    public Leases(
            LeaseStore store,
            Journal journal,
            Rollups rollups,
            LongSupplier nanoTime,
            InstantSource wall,
            Duration answerTime,
            Scheduler timer) {
        this.nanoTime = nanoTime;
        this.exchange =
                new Exchange(
                        store,
                        journal,
                        rollups,
                        new StoreTime(nanoTime, wall),
                        answerTime,
                        timer,
                        leases::values);
    }

    /// The lease of a counter. If its policy differs from what was known, what is held goes back,
    /// so that the new limit is in force at once.
    public Lease lease(CounterKey counter, PeriodQuota policy) {
        Lease lease = leases.computeIfAbsent(counter, _ -> new Lease(counter, policy, this));
        if (!lease.policy().equals(policy)) {
            lease.recall(policy);
        }
        return lease;
    }

    /// Another node is in need of what this one may hold.
    public void giveWay(CounterKey counter) {
        Lease lease = leases.get(counter);
        if (lease != null) {
            lease.giveWay();
        }
    }

    /// Another node gave back what this one may be in need of.
    public void retry(CounterKey counter) {
        Lease lease = leases.get(counter);
        if (lease != null) {
            lease.wake();
            if (lease.needs() > 0) {
                lookNow(lease);
            }
        }
    }

    /// Settles what a former process left, and only then starts to ask and to report. An error if
    /// the store does not answer; to be tried again then.
    public Mono<Void> start() {
        return exchange.open();
    }

    /// Reports what is due. To be called every so often; all that becomes due in between goes in
    /// one call.
    public void tick() {
        exchange.tick();
    }

    /// Gives back everything, counts what is still under way as used, and reports it.
    public Mono<Void> close() {
        return exchange.close();
    }

    /// Leases that hold units, wait for some, or have usage to report.
    public int active() {
        return exchange.active();
    }

    /// Units held on lease, spent ones not yet reported included.
    public long held() {
        return exchange.held();
    }

    /// Whether requests can be admitted under period quotas.
    public boolean isOpen() {
        return exchange.isOpen();
    }

    public boolean storeIsAway() {
        return exchange.storeIsAway();
    }

    /// The monotonic clock that leases go by.
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    void look(Lease lease) {
        exchange.look(lease);
    }

    void lookNow(Lease lease) {
        exchange.lookNow(lease);
    }
}
