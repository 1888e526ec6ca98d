package io.weir.quota.concurrency;

import io.weir.quota.bucket.Share;
import io.weir.quota.concurrency.SlotStore.Statement;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The slots that this node shares with others through a store.
public final class SharedSlotPools implements SlotPools {

    private static final long TEND_NANOS = 250_000_000;

    /// In budgets.
    private static final long PATIENCE = 20;

    private final SlotStore store;
    private final LocalSlotPools local;
    private final Duration budget;
    private final LongSupplier nanoTime;
    private final Scheduler timer;
    private final Registry<SharedSlots> pools = new Registry<>();
    private final Queue<SharedSlots> agenda = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private final LongAdder fallbacks = new LongAdder();

    /// @param local knows this node's share, for when the store is away
    /// @param budget how long a request may wait for a slot
    public SharedSlotPools(
            SlotStore store,
            LocalSlotPools local,
            Duration budget,
            LongSupplier nanoTime,
            Scheduler timer) {
        this.store = store;
        this.local = local;
        this.budget = budget;
        this.nanoTime = nanoTime;
        this.timer = timer;
    }

    @Override
    public Slots slots(Subject subject, PolicyName policy) {
        return pools.get(subject, policy, () -> new SharedSlots(subject, policy, this));
    }

    /// Slots that were taken from this node's share, because the store was away.
    public long fallbacks() {
        return fallbacks.sum();
    }

    /// Another node wants slots of this pool.
    public void wanted(Subject subject, PolicyName policy) {
        pools.find(subject, policy).ifPresent(SharedSlots::wanted);
    }

    /// Another node gave slots of this pool back.
    public void returned(Subject subject, PolicyName policy) {
        pools.find(subject, policy).ifPresent(SharedSlots::returned);
    }

    /// The store has forgotten this node: says again what it holds.
    public void restate() {
        agenda.forEach(SharedSlots::restate);
    }

    /// Gives back what no request has.
    public Mono<Void> close() {
        return Flux.fromIterable(agenda).flatMap(slots -> slots.close().onErrorComplete()).then();
    }

    Share share() {
        return local.share();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    long budgetNanos() {
        return budget.toNanos();
    }

    /// How long a call may be under way before it decides nothing any more. A request asks again
    /// while its own time lasts: a slow answer is worth more than a guess. A store that is really
    /// away is found to be so earlier.
    long patienceNanos() {
        return PATIENCE * budget.toNanos();
    }

    boolean isStoreAway(long now) {
        return store.isAway(now);
    }

    void overdue() {
        store.overdue();
    }

    void countFallback() {
        fallbacks.increment();
    }

    Mono<Long> state(Statement statement) {
        return Mono.defer(() -> store.state(statement));
    }

    /// An answer, or the end of a request's patience.
    Mono<Void> inTime(Mono<Void> answer, Runnable tooLate) {
        return answer.timeout(budget, Mono.fromRunnable(tooLate), timer);
    }

    /// Has the slots looked after until there is nothing left to give back.
    void look(SharedSlots slots) {
        if (slots.looked().compareAndSet(false, true)) {
            agenda.add(slots);
            wake();
        }
    }

    private void wake() {
        if (due.compareAndSet(false, true)) {
            timer.schedule(this::tend, TEND_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void tend() {
        due.set(false);
        for (int left = agenda.size(); left > 0; left--) {
            SharedSlots slots = agenda.poll();
            if (slots == null) {
                return;
            }
            slots.looked().set(false);
            if (slots.tend()) {
                look(slots);
            }
        }
    }
}
