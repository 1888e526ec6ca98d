package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The leases of this node: one for each counter that a request here fell under.
public final class Leases {

    private final ConcurrentHashMap<CounterKey, Lease> leases = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;
    private final Membership membership = new Membership();
    private final Exchange exchange;

    /// How long a lease lasts without the store, if nothing else is said.
    public static final Duration USUAL_LIFE = Duration.ofSeconds(60);

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
        this(store, journal, rollups, nanoTime, wall, answerTime, USUAL_LIFE, timer);
    }

    /// @param life how long a lease is spent at most without the store having renewed it
    public Leases(
            LeaseStore store,
            Journal journal,
            Rollups rollups,
            LongSupplier nanoTime,
            InstantSource wall,
            Duration answerTime,
            Duration life,
            Scheduler timer) {
        this.nanoTime = nanoTime;
        this.exchange =
                new Exchange(
                        store,
                        journal,
                        rollups,
                        new StoreTime(nanoTime, wall),
                        new Pace(answerTime, life, timer),
                        membership,
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
            lease.quiet.end();
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
        return exchange.agenda().active();
    }

    /// Units held on lease, spent ones not yet reported included.
    public long held() {
        return exchange.agenda().totals().held();
    }

    /// Units used or set aside here that the store has not counted yet.
    public long outstanding() {
        return exchange.agenda().totals().outstanding();
    }

    /// Units that lost nodes held of the counters in use here, and over which nobody has decided.
    public long forfeited() {
        return exchange.agenda().totals().forfeited();
    }

    /// How long every lease in use lasts if the store does not answer from now on; absent if none
    /// is in use.
    public Optional<Duration> lifeLeft() {
        OptionalLong until = exchange.agenda().totals().until();
        return until.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, until.getAsLong() - nanoTime())));
    }

    /// How many nodes are alive, this one included, as the store last said.
    public int nodes() {
        return membership.nodes();
    }

    /// How many of the nodes that are alive come before this one, in an order that all share.
    public int rank() {
        return membership.rank();
    }

    /// Tells `nodes` and `rank` whenever one of them changes. The listener must not block.
    public void onMembership(BiConsumer<Integer, Integer> listener) {
        membership.listen(listener);
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
