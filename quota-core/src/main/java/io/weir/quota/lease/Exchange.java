package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Reply;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.lease.LeaseStore.UnknownNode;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/// Talks to the store, one report at a time.
///
/// A report that was sent stays the same until it is answered, under the same number, so that a
/// lost answer neither loses nor doubles anything: the store applies each number once. Only when
/// one is answered is the next one made. Rounds follow each other without overlap, whoever starts
/// them, so everything here but the queues of [Agenda] belongs to one thread at a time.
final class Exchange {

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);
    private static final int MOST_ROWS = 5_000;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration CONTENDED = Duration.ofSeconds(1);
    private static final Duration SETTLED = Duration.ofDays(10_000);

    private final LeaseStore store;
    private final Journal journal;
    private final Rollups rollups;
    private final StoreTime time;
    private final Duration answerTime;
    private final Scheduler timer;
    private final Supplier<Collection<Lease>> all;
    private final Agenda agenda;
    private final AtomicInteger rounds = new AtomicInteger();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    private long sequence;
    private volatile boolean open;
    private @Nullable Pending pending;
    private volatile boolean closing;
    private volatile boolean away;
    private volatile long retryAt;

    /// A report under way, with what its entries stand for.
    private record Pending(Report report, List<Agenda.Item> items, long askedAt, boolean repeated) {

        /// What the store says to a repeated report may be what it said at first, so its time still
        /// counts from the first ask, and tells nothing of the time now.
        Pending again() {
            return new Pending(report, items, askedAt, true);
        }
    }

    Exchange(
            LeaseStore store,
            Journal journal,
            Rollups rollups,
            StoreTime time,
            Duration answerTime,
            Scheduler timer,
            Supplier<Collection<Lease>> all) {
        this.store = store;
        this.journal = journal;
        this.rollups = rollups;
        this.time = time;
        this.answerTime = answerTime;
        this.timer = timer;
        this.all = all;
        this.agenda = new Agenda(time, journal);
    }

    void look(Lease lease) {
        agenda.look(lease);
    }

    /// Puts a lease into the next report, and sends that now unless the store is known to be away.
    void lookNow(Lease lease) {
        agenda.look(lease);
        agenda.hurry(lease);
        if (!open || (away && time.nanoTime() - retryAt < 0)) {
            lease.failed(new StoreAway());
        } else {
            start();
        }
    }

    void tick() {
        agenda.due();
        start();
    }

    Mono<Void> open() {
        return new Recovery(store, journal)
                .recover()
                .timeout(answerTime, timer)
                .flatMap(this::rehearse)
                .doOnNext(
                        last -> {
                            sequence = last;
                            open = true;
                        })
                .then();
    }

    /// The first report of a process takes many times as long as those after it, longer than a
    /// request may wait; so it is one that nobody waits for.
    private Mono<Long> rehearse(long last) {
        return store.exchange(new Report(journal.node(), last + 1, List.of(), List.of()))
                .timeout(answerTime, timer)
                .thenReturn(last + 1);
    }

    boolean isOpen() {
        return open;
    }

    /// A store that is away is asked again, for as long as the caller waits.
    Mono<Void> close() {
        return Flux.interval(Duration.ZERO, PAUSE, timer)
                .doOnNext(
                        _ -> {
                            closing = true;
                            tick();
                        })
                .takeUntilOther(closed.asMono())
                .then();
    }

    int active() {
        return agenda.active();
    }

    long held() {
        return agenda.held();
    }

    boolean storeIsAway() {
        return away;
    }

    private void start() {
        if (open && rounds.getAndIncrement() == 0) {
            round();
        }
    }

    private void round() {
        int missed = rounds.get();
        Pending next = pending != null ? pending.again() : prepare();
        if (next == null) {
            finish(missed);
            return;
        }
        pending = next;
        store.exchange(next.report())
                .timeout(answerTime, timer)
                .subscribe(
                        reply -> {
                            apply(next, reply);
                            finish(missed);
                        },
                        failure -> {
                            fail(next, failure);
                            finish(missed);
                        });
    }

    private void finish(int missed) {
        if (rounds.addAndGet(-missed) != 0) {
            round();
        }
    }

    private @Nullable Pending prepare() {
        boolean last = closing;
        if (last) {
            all.get().forEach(agenda::look);
        }
        boolean tick = agenda.begin();
        long number = sequence + 1;
        List<Agenda.Item> items = agenda.take(last, number);
        List<Rollups.Row> usage = tick ? rollups.report(number, MOST_ROWS) : List.of();
        if (items.isEmpty() && usage.isEmpty()) {
            if (last) {
                closed.tryEmitEmpty();
            }
            return null;
        }
        var entries = items.stream().map(Agenda.Item::entry).toList();
        return new Pending(
                new Report(journal.node(), number, entries, usage), items, time.nanoTime(), false);
    }

    private void apply(Pending answered, Reply reply) {
        pending = null;
        sequence = answered.report().sequence();
        rollups.applied(sequence);
        if (away) {
            log.info("The store answers again");
        }
        away = false;
        if (!answered.repeated()) {
            time.told(reply.now());
        }
        List<Lease> served = new ArrayList<>();
        for (int i = 0; i < answered.items().size(); i++) {
            Agenda.Item item = answered.items().get(i);
            Grant grant = reply.grants().get(i);
            long deadline =
                    grant.inForce()
                            ? time.deadline(
                                    answered.askedAt(), reply.now(), item.slice().period().ends())
                            : answered.askedAt();
            item.slice().apply(grant, sequence, deadline);
            item.lease().heard(time.nanoTime());
            if (item.slice() == item.lease().current() && settle(item, grant)) {
                served.add(item.lease());
            }
        }
        served.forEach(Lease::answered);
        if (closing || agenda.hasMore() || answered.report().usage().size() == MOST_ROWS) {
            tick();
        }
    }

    /// Decides whether asking again makes sense, and whether those who wait shall wait on: while
    /// another node may give something back, they do.
    private boolean settle(Agenda.Item item, Grant grant) {
        if (grant.granted() > 0) {
            item.lease().wake();
            return true;
        }
        if (item.entry().needs() == 0) {
            if (item.entry().returned() > 0) {
                item.lease().wake();
            }
            return true;
        }
        boolean elsewhere = grant.leased() > grant.held();
        Duration pause = !grant.inForce() ? PAUSE : elsewhere ? CONTENDED : SETTLED;
        item.lease().quietUntil(time.nanoTime() + pause.toNanos());
        return !(grant.inForce() && elsewhere);
    }

    private void fail(Pending unanswered, Throwable failure) {
        if (failure instanceof UnknownNode) {
            log.error("The store does not know this gateway's leases; starting anew", failure);
            startAnew();
        } else if (!away) {
            log.warn("The store does not answer: {}", failure.toString());
        }
        away = true;
        retryAt = time.nanoTime() + PAUSE.toNanos();
        unanswered.items().forEach(item -> item.lease().failed(new StoreAway()));
        agenda.failHurried(lease -> lease.failed(new StoreAway()));
    }

    /// Leases given by a store that is gone are worth nothing; usage is still true.
    private void startAnew() {
        journal.node(UUID.randomUUID());
        sequence = 0;
        pending = null;
        agenda.forget(all.get());
    }
}
