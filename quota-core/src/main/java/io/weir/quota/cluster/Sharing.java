package io.weir.quota.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// How the limits of one kind are shared through a store: how long requests wait for it, and which
/// limits have something to tell it, looked after in regular rounds.
public final class Sharing<L extends Shared> {

    /// In budgets.
    private static final long PATIENCE = 20;

    private static final long REUNION_NANOS = 1_000_000_000;

    private final Duration budget;
    private final Duration round;
    private final LongSupplier nanoTime;
    private final Scheduler timer;
    private final BooleanSupplier away;
    private final Runnable overdue;
    private final Set<L> agenda = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean due = new AtomicBoolean();
    private final LongAdder fallbacks = new LongAdder();
    private volatile long reunited;

    /// @param budget how long a request may wait for the store
    /// @param round from one look after the limits to the next
    /// @param away whether the store is
    /// @param overdue told when requests gave up waiting, once in each of their patience
    public Sharing(
            Duration budget,
            Duration round,
            LongSupplier nanoTime,
            Scheduler timer,
            BooleanSupplier away,
            Runnable overdue) {
        this.budget = budget;
        this.round = round;
        this.nanoTime = nanoTime;
        this.timer = timer;
        this.away = away;
        this.overdue = overdue;
        this.reunited = nanoTime.getAsLong();
    }

    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    public long budgetNanos() {
        return budget.toNanos();
    }

    /// Whether a call has been under way for so long that it decides nothing any more. A request
    /// asks again while its own time lasts: a slow answer is worth more than a guess. A store that
    /// is really away is found to be so earlier.
    public boolean isOverdue(Call call, long now) {
        return call.isOverdue(PATIENCE * budget.toNanos(), now);
    }

    /// The answer to a call, or the end of a request's patience.
    public Mono<Void> inTime(Mono<Void> answer, Call call) {
        return answer.timeout(budget, Mono.fromRunnable(() -> tooLate(call)), timer);
    }

    private void tooLate(Call call) {
        if (call.blame(budget.toNanos(), nanoTime())) {
            overdue.run();
        }
    }

    /// The store is away.
    public void parted() {
        reunited = nanoTime() + REUNION_NANOS;
    }

    /// Whether the store was away until just now, so that other nodes may not have noticed yet that
    /// it is back, and what they admitted is not known.
    public boolean isReuniting(long now) {
        return now - reunited < 0;
    }

    public void countFallback() {
        fallbacks.increment();
    }

    /// Requests that this node's share decided on, because the store was away.
    public long fallbacks() {
        return fallbacks.sum();
    }

    /// Has a limit looked after, a round from now, until it has nothing more to tell.
    public void look(L limit) {
        if (agenda.add(limit)) {
            wake();
        }
    }

    /// Those that have something to tell.
    public void forEach(Consumer<L> action) {
        agenda.forEach(action);
    }

    /// Gives back what this node holds.
    public Mono<Void> close() {
        return Flux.fromIterable(agenda).flatMap(limit -> limit.close().onErrorComplete()).then();
    }

    private void wake() {
        if (due.compareAndSet(false, true)) {
            timer.schedule(this::tend, round.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void tend() {
        due.set(false);
        if (away.getAsBoolean()) {
            parted();
            wake();
            return;
        }
        for (L limit : List.copyOf(agenda)) {
            agenda.remove(limit);
            if (limit.tend()) {
                look(limit);
            }
        }
    }
}
