package io.weir.quota.simulation;

import io.weir.quota.admission.Admission;
import io.weir.quota.admission.AdmissionDecision;
import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Barred;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.AdmissionDecision.StoreAway;
import io.weir.quota.admission.AdmissionDecision.Unmetered;
import io.weir.quota.admission.Reservation;
import io.weir.quota.admission.SubjectNode;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.admission.Subjects.Announcement;
import io.weir.quota.admission.Subjects.Announcement.Returned;
import io.weir.quota.admission.Subjects.Announcement.Wanted;
import io.weir.quota.bucket.TokenBuckets;
import io.weir.quota.concurrency.LocalSlotPools;
import io.weir.quota.journal.Journal;
import io.weir.quota.lease.LeaseStore;
import io.weir.quota.lease.Leases;
import io.weir.quota.simulation.Cast.Member;
import io.weir.quota.simulation.Cast.Path;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/// One gateway: the production engine, wired as the gateway wires it, in one process after another.
final class SimulatedNode {

    static final Duration BUDGET = Duration.ofMillis(500);

    /// Short, so that it is over in many a run.
    static final Duration LIFE = Duration.ofSeconds(6);

    private static final Duration RESERVATION_LIFE = Duration.ofHours(1);
    private static final Duration ANSWER_TIME = Duration.ofSeconds(2);
    private static final Duration REPORT_INTERVAL = Duration.ofMillis(500);
    private static final Duration START_AGAIN = Duration.ofMillis(250);
    private static final Duration GOODBYE = Duration.ofSeconds(10);

    /// What a caller is told.
    sealed interface Answer {

        record Admission(Ticket ticket) implements Answer {}

        record Refusal(Rollup row) implements Answer {}

        record Away() implements Answer {}
    }

    private final Cast cast;
    private final SimulatedStore store;
    private final Network network;
    private final Events events;
    final SkewedClock clock;
    final UUID id;

    private Journal journal;
    private Life life;
    private Rollups rollups;
    private Leases leases;
    private Admission admission;
    private Map<Member, SubjectNode> subjects = Map.of();
    private Disposable ticks = Disposables.disposed();
    private boolean accepting;

    SimulatedNode(
            UUID id,
            Cast cast,
            SimulatedStore store,
            Network network,
            Events events,
            SkewedClock clock) {
        this.id = id;
        this.cast = cast;
        this.store = store;
        this.network = network;
        this.events = events;
        this.clock = clock;
        journal = Journal.inMemory(id);
        start();
    }

    private void start() {
        journal = journal.reopened();
        life = new Life(events, clock);
        rollups = new Rollups(journal);
        leases = new Leases(wire(life), journal, rollups, clock, clock, ANSWER_TIME, LIFE, life);
        admission =
                new Admission(
                        new TokenBuckets(clock),
                        new LocalSlotPools(),
                        leases,
                        clock,
                        BUDGET,
                        RESERVATION_LIFE,
                        life);
        subjects = new HashMap<>();
        cast.members.forEach(
                member -> {
                    subjects.put(member, new SubjectNode(member.subject(), null));
                    configure(member);
                });
        accepting = true;
        open();
    }

    void startUnlessAlive() {
        if (!life.isAlive()) {
            start();
        }
    }

    private LeaseStore wire(Life asking) {
        return new LeaseStore() {
            @Override
            public Mono<Reply> exchange(Report report) {
                return network.ask(asking, () -> store.exchange(report));
            }

            @Override
            public Mono<Resumed> resume(
                    UUID node, String name, @Nullable UUID replaces, long number) {
                return network.ask(asking, () -> store.resume(node, replaces, number));
            }
        };
    }

    private void open() {
        leases.start()
                .subscribe(
                        _ -> {},
                        _ ->
                                life.schedule(
                                        this::open, START_AGAIN.toMillis(), TimeUnit.MILLISECONDS),
                        () -> {
                            long interval = REPORT_INTERVAL.toMillis();
                            ticks =
                                    life.schedulePeriodically(
                                            leases::tick,
                                            interval,
                                            interval,
                                            TimeUnit.MILLISECONDS);
                        });
    }

    Life life() {
        return life;
    }

    /// Takes on what is configured now.
    void configure(Member member) {
        SubjectNode subject = Objects.requireNonNull(subjects.get(member));
        admission.configure(
                subject, member.settings(store.limit(member.counter())), false, Optional.empty());
    }

    void hear(Announcement announcement) {
        switch (announcement) {
            case Wanted(var counter) -> leases.giveWay(counter);
            case Returned(var counter) -> leases.retry(counter);
            default -> throw new IllegalArgumentException("Unknown: " + announcement);
        }
    }

    /// Stops as a gateway does: takes no requests, lets those under way end for a while, reports,
    /// and ends in any case.
    void stop(long drain, Runnable stopped) {
        accepting = false;
        Life ending = life;
        ending.schedule(() -> close(ending, stopped), drain, TimeUnit.NANOSECONDS);
    }

    private void close(Life ending, Runnable stopped) {
        ticks.dispose();
        ending.end();
        leases.close()
                .timeout(GOODBYE, ending)
                .onErrorComplete()
                .subscribe(
                        _ -> {},
                        _ -> {},
                        () -> {
                            ending.kill();
                            stopped.run();
                        });
    }

    boolean accepts() {
        return accepting && life.isRunning();
    }

    boolean isAtRest() {
        return leases.active() == 0 && leases.held() == 0 && rollups.size() == 0;
    }

    /// What it still has to do or to give back.
    String leftOver() {
        return "%d active leases, %d units held, %d rows"
                .formatted(leases.active(), leases.held(), rollups.size());
    }

    /// What the store knows it as.
    UUID identity() {
        return journal.node();
    }

    void request(Path path, long cost, Consumer<Answer> caller) {
        var nodes =
                path.members().stream()
                        .map(member -> Objects.requireNonNull(subjects.get(member)))
                        .toList();
        admission
                .admit(new SubjectPath(nodes), new Usage(cost, 0, 0))
                .subscribe(decision -> caller.accept(answer(decision, path)));
    }

    private Answer answer(AdmissionDecision decision, Path path) {
        return switch (decision) {
            case Admitted(Reservation reservation, _) -> {
                Rollup estimated = path.rollup(clock.instant(), Outcome.ESTIMATED);
                yield new Answer.Admission(
                        new Ticket(
                                life,
                                reservation,
                                rollups,
                                estimated,
                                rollups.open(
                                        path.rollup(clock.instant(), Outcome.SERVED),
                                        Metered.requests(1))));
            }
            case Rejected _ -> {
                Rollup row = path.rollup(clock.instant(), Outcome.REFUSED);
                rollups.add(row, Metered.requests(1));
                yield new Answer.Refusal(row);
            }
            case StoreAway _ -> new Answer.Away();
            case Unmetered unmetered -> throw new Violation("Unmetered: " + unmetered);
            case Barred barred -> throw new Violation("Barred: " + barred);
        };
    }

    /// An admitted request on the node that admitted it, ended as the gateway ends it.
    record Ticket(
            Life life,
            Reservation reservation,
            Rollups rollups,
            Rollup estimated,
            Rollups.Open open) {

        Rollup row(Outcome outcome) {
            return estimated.ended(outcome, estimated.model());
        }

        /// @return whether this ended it
        boolean settle(long used, Rollup row) {
            boolean ended = reservation.settle(new Usage(used, 0, 0));
            if (ended) {
                rollups.end(open, row, Metered.requests(1));
            }
            return ended;
        }

        boolean release() {
            boolean ended = reservation.release();
            if (ended) {
                open.end();
            }
            return ended;
        }
    }
}
