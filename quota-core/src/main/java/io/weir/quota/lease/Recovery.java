package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.journal.Slot;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Refused;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.lease.LeaseStore.Resumed;
import io.weir.quota.schedule.Period;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.RollupLabel;
import io.weir.quota.usage.RollupUnit;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/// Settles what a former process of this node left in the journal.
///
/// The store says which report it applied last, and from then on takes none of the former process.
/// What was under way is booked as used, at its reservation; what was not spent goes back. Dying in
/// the middle of this changes nothing: the same slots are found again, and know what was counted.
///
/// If the store has given the former process up meanwhile, or the journal is new, this is another
/// node to it: what an earlier one held stays set aside, and what the journal still knows to have
/// been used is reported beyond any lease.
final class Recovery {

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final LeaseStore store;
    private final Journal journal;
    private final Duration life;

    Recovery(LeaseStore store, Journal journal, Duration life) {
        this.store = store;
        this.journal = journal;
        this.life = life;
    }

    /// @return the number of the last report that was applied
    Mono<Long> recover() {
        return resume().onErrorResume(
                        Refused.class,
                        refused -> {
                            startAnew(refused);
                            return resume();
                        })
                .flatMap(this::settle);
    }

    /// Tells the store who this is, and who it was.
    Mono<Resumed> resume() {
        return Mono.defer(
                () ->
                        store.resume(
                                        journal.node(),
                                        journal.name(),
                                        journal.replaces(),
                                        journal.takeOver())
                                .doOnNext(this::resumed));
    }

    private void resumed(Resumed resumed) {
        journal.resumed();
        if (resumed.forfeits() > 0) {
            log.warn(
                    "{} leases of an earlier identity of this gateway are forfeited: their units"
                            + " count as reserved until an operator books or refunds them",
                    resumed.forfeits());
        }
    }

    private void startAnew(Refused refused) {
        log.error(
                "The store has given this gateway up ({}); it goes on as another node",
                refused.getMessage());
        journal.survivors().forEach(slot -> slot.refused(refused.applied()));
        journal.startAnew();
    }

    private Mono<Long> settle(Resumed resumed) {
        List<Slot> survivors = journal.survivors();
        survivors.forEach(slot -> slot.applied(resumed.applied()));
        long number = resumed.sequence() + 1;
        List<Entry> leases = leases(survivors, resumed, number);
        List<Rollups.Row> usage = usage(survivors, number);
        if (leases.isEmpty() && usage.isEmpty()) {
            return Mono.fromSupplier(() -> finish(survivors, resumed.sequence()));
        }
        return store.exchange(new Report(journal.node(), number, life, leases, usage))
                .map(
                        _ -> {
                            survivors.forEach(slot -> slot.applied(number));
                            log.info(
                                    "Settled what an earlier run left: {} leases, {} usage rows",
                                    leases.size(),
                                    usage.size());
                            return finish(survivors, number);
                        });
    }

    private long finish(List<Slot> survivors, long sequence) {
        journal.released(survivors);
        return sequence;
    }

    private static List<Entry> leases(List<Slot> survivors, Resumed resumed, long number) {
        Map<LeaseLabel, Long> spent = new HashMap<>();
        for (Slot slot : survivors) {
            LeaseLabel.parse(slot.label())
                    .ifPresent(
                            slice -> {
                                slot.bookOpen();
                                spent.merge(slice, slot.report(number), Long::sum);
                            });
        }
        Map<Place, Long> held = new HashMap<>();
        resumed.leases()
                .forEach(
                        lease ->
                                held.put(new Place(lease.counter(), lease.starts()), lease.held()));
        List<Entry> entries = new ArrayList<>();
        spent.forEach(
                (slice, used) -> {
                    var place = new Place(slice.counter(), slice.period().starts());
                    long holds = Objects.requireNonNullElse(held.remove(place), 0L);
                    add(entries, slice.counter(), slice.period(), used, holds);
                });
        held.forEach((place, holds) -> add(entries, place.counter(), place.period(), 0, holds));
        entries.sort(
                Comparator.comparing(Entry::counter)
                        .thenComparing(entry -> entry.period().starts()));
        return entries;
    }

    private static void add(
            List<Entry> entries, CounterKey counter, Period period, long used, long holds) {
        if (used > 0 || holds > 0) {
            entries.add(new Entry(counter, period, used, Math.max(0, holds - used), 0, 0));
        }
    }

    /// A counter as the store knows it. Of a lease that the former process never heard of, when its
    /// period ends is not known here, nor needed: nothing is asked for.
    private record Place(CounterKey counter, Instant starts) {

        Period period() {
            return new Period(starts, starts.plusSeconds(1));
        }
    }

    private static List<Rollups.Row> usage(List<Slot> survivors, long number) {
        Map<Rollup, Metered> used = new LinkedHashMap<>();
        for (Slot slot : survivors) {
            RollupLabel.parse(slot.label())
                    .ifPresent(
                            counted -> {
                                Rollup row = counted.rollup();
                                add(used, row, counted.unit(), slot.report(number));
                                add(
                                        used,
                                        row.ended(Outcome.ESTIMATED, row.model()),
                                        counted.unit(),
                                        slot.reportOpen(number));
                            });
        }
        List<Rollups.Row> rows = new ArrayList<>();
        used.forEach((rollup, metered) -> rows.add(new Rollups.Row(rollup, metered)));
        return rows;
    }

    private static void add(Map<Rollup, Metered> used, Rollup rollup, RollupUnit unit, long units) {
        if (units > 0) {
            used.merge(rollup, Metered.of(unit, units), Metered::plus);
        }
    }
}
