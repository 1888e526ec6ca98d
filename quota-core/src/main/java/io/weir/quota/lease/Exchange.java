package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.lease.LeaseStore.Refused;
import io.weir.quota.lease.LeaseStore.Reply;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.lease.LeaseStore.Resumed;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// Talks to the store, one report at a time.
///
/// A report that was sent stays the same until it is answered, under the same number, so that a
/// lost answer neither loses nor doubles anything: the store applies each number once. Only when
/// one is answered is the next one made. Rounds follow each other without overlap, whoever starts
/// them, so everything here but the queues of [Agenda] belongs to one thread at a time.
///
/// A node that the store refuses takes a new identity, and what it had used and was not counted is
/// reported under that. Its first round then is to say so.
final class Exchange {

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);
    private static final int MOST_ROWS = 5_000;
    static final Duration PAUSE = Duration.ofMillis(200);

    private final LeaseStore store;
    private final Journal journal;
    private final Rollups rollups;
    private final StoreTime time;
    private final Pace pace;
    private final Membership membership;
    private final Supplier<Collection<Lease>> all;
    private final Agenda agenda;
    private final Granting granting;
    private final Recovery recovery;
    private final AtomicInteger rounds = new AtomicInteger();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    private long sequence;
    private long askedAt;
    private @Nullable Pending pending;

    /// The store has not heard of this identity.
    private boolean anew;

    /// It was refused, and nothing was answered since.
    private boolean refused;

    private volatile boolean open;
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
            Pace pace,
            Membership membership,
            Supplier<Collection<Lease>> all) {
        this.store = store;
        this.journal = journal;
        this.rollups = rollups;
        this.time = time;
        this.pace = pace;
        this.membership = membership;
        this.all = all;
        this.agenda = new Agenda(time, journal, pace);
        this.granting = new Granting(time, pace);
        this.recovery = new Recovery(store, journal, pace.life());
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
        return inTime(recovery.recover())
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
        var nothing = new Report(journal.node(), last + 1, pace.life(), List.of(), List.of());
        return inTime(store.exchange(nothing))
                .doOnNext(reply -> membership.told(reply.nodes(), reply.rank()))
                .thenReturn(last + 1);
    }

    private <T> Mono<T> inTime(Mono<T> answer) {
        return answer.timeout(pace.answerTime(), pace.timer());
    }

    boolean isOpen() {
        return open;
    }

    /// A store that is away is asked again, for as long as the caller waits.
    Mono<Void> close() {
        return Flux.interval(Duration.ZERO, PAUSE, pace.timer())
                .doOnNext(
                        _ -> {
                            closing = true;
                            tick();
                        })
                .takeUntilOther(closed.asMono())
                .then();
    }

    Agenda agenda() {
        return agenda;
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
        if (anew) {
            inTime(recovery.resume())
                    .subscribe(
                            resumed -> {
                                resumed(resumed);
                                finish(missed);
                            },
                            failure -> {
                                fail(List.of(), failure);
                                finish(missed);
                            });
            return;
        }
        Pending next = pending != null ? pending.again() : prepare();
        if (next == null) {
            finish(missed);
            return;
        }
        pending = next;
        inTime(store.exchange(next.report()))
                .subscribe(
                        reply -> {
                            apply(next, reply);
                            finish(missed);
                        },
                        failure -> {
                            fail(next.items(), failure);
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
        long now = time.nanoTime();
        if (items.isEmpty() && usage.isEmpty()) {
            if (last) {
                closed.tryEmitEmpty();
            }
            if (last || !tick || now - askedAt < pace.heartbeatNanos()) {
                return null;
            }
        }
        askedAt = now;
        var entries = items.stream().map(Agenda.Item::entry).toList();
        var report = new Report(journal.node(), number, pace.life(), entries, usage);
        return new Pending(report, items, now, false);
    }

    private void apply(Pending answered, Reply reply) {
        pending = null;
        refused = false;
        sequence = answered.report().sequence();
        rollups.applied(sequence);
        back();
        if (!answered.repeated()) {
            time.told(reply.now());
            membership.told(reply.nodes(), reply.rank());
        }
        granting.apply(answered.items(), reply, sequence, answered.askedAt());
        if (closing || agenda.hasMore() || answered.report().usage().size() == MOST_ROWS) {
            tick();
        }
    }

    private void back() {
        if (away) {
            log.info("The store answers again");
        }
        away = false;
    }

    private void fail(List<Agenda.Item> unanswered, Throwable failure) {
        if (failure instanceof Refused refusal) {
            startAnew(refusal);
            if (!refused) {
                refused = true;
                unanswered.forEach(item -> agenda.hurry(item.lease()));
                start();
                return;
            }
        } else if (!away) {
            log.warn("The store does not answer: {}", failure.toString());
        }
        away = true;
        retryAt = time.nanoTime() + PAUSE.toNanos();
        unanswered.forEach(item -> item.lease().failed(new StoreAway()));
        agenda.failHurried(lease -> lease.failed(new StoreAway()));
    }

    /// What the last report that was applied covers is not said again.
    private void startAnew(Refused refusal) {
        log.error(
                "The store has given this gateway up ({}); it goes on as another node, without the"
                        + " leases it had",
                refusal.getMessage());
        rollups.refused(refusal.applied());
        agenda.giveUp(all.get(), refusal.applied());
        journal.startAnew();
        pending = null;
        anew = true;
    }

    private void resumed(Resumed resumed) {
        anew = false;
        sequence = resumed.sequence();
        back();
        start();
    }
}
