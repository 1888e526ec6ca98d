package io.weir.quota.lease;

import io.weir.quota.journal.Journal;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.schedule.Period;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// Which leases the next report is about, and what it says of each.
///
/// Requests put leases into the two queues; everything else belongs to the exchange. A lease that
/// was looked at stays active until it holds nothing and has nothing to report.
final class Agenda {

    /// A request that waits for its lease waits for the report under way as well.
    private static final int MOST_ENTRIES = 500;

    /// How long before a period starts its leases are asked for; the store grants them a little
    /// earlier than that.
    private static final Duration AHEAD = Duration.ofSeconds(15);

    /// One entry of a report, and the slice it speaks for.
    record Item(Lease lease, Slice slice, Entry entry) {}

    private final StoreTime time;
    private final Journal journal;
    private final Pace pace;
    private final Queue<Lease> looked = new ConcurrentLinkedQueue<>();
    private final Queue<Lease> hurried = new ConcurrentLinkedQueue<>();
    private volatile boolean due;
    private volatile int activeCount;
    private volatile Totals totals = Totals.NONE;

    private final Set<Lease> active = new LinkedHashSet<>();
    private final ArrayDeque<Lease> todo = new ArrayDeque<>();

    Agenda(StoreTime time, Journal journal, Pace pace) {
        this.time = time;
        this.journal = journal;
        this.pace = pace;
    }

    void look(Lease lease) {
        if (!lease.queued.get() && lease.queued.compareAndSet(false, true)) {
            looked.add(lease);
        }
    }

    void hurry(Lease lease) {
        hurried.add(lease);
    }

    void due() {
        due = true;
    }

    int active() {
        return activeCount;
    }

    Totals totals() {
        return totals;
    }

    boolean hasMore() {
        return !todo.isEmpty();
    }

    /// Starts a report; answers whether it is one of those at regular intervals, which look at
    /// every active lease.
    boolean begin() {
        for (Lease lease = looked.poll(); lease != null; lease = looked.poll()) {
            active.add(lease);
        }
        boolean tick = due;
        due = false;
        if (tick && todo.isEmpty()) {
            active.forEach(this::measure);
            todo.addAll(active);
            totals = Totals.of(active, time.nanoTime());
        }
        activeCount = active.size();
        return tick;
    }

    /// The entries of the next report, in the order in which rows are locked.
    List<Item> take(boolean last, long number) {
        var leases = new LinkedHashSet<Lease>();
        for (Lease lease = hurried.poll();
                lease != null && leases.size() < MOST_ENTRIES;
                lease = hurried.poll()) {
            leases.add(lease);
        }
        Set<Lease> urgent = Set.copyOf(leases);
        while (!todo.isEmpty() && leases.size() < MOST_ENTRIES) {
            leases.add(todo.poll());
        }
        List<Item> items = new ArrayList<>();
        leases.forEach(lease -> describe(lease, urgent.contains(lease), last, number, items));
        items.sort(
                Comparator.<Item, CounterKey>comparing(item -> item.entry().counter())
                        .thenComparing(item -> item.entry().period().starts()));
        return items;
    }

    void failHurried(Consumer<Lease> fail) {
        for (Lease lease = hurried.poll(); lease != null; lease = hurried.poll()) {
            fail.accept(lease);
        }
    }

    /// The store has given this node up. Each lease is looked at again, so that what it was used
    /// for and the store has not counted is reported anew.
    void giveUp(Collection<Lease> leases, long lastApplied) {
        leases.forEach(lease -> lease.giveUp(lastApplied, time.nanoTime()));
        todo.clear();
        due = true;
    }

    private void measure(Lease lease) {
        Slice slice = lease.current();
        if (slice != null) {
            lease.demand.tick(slice.used() + slice.reserved());
        }
    }

    private void describe(
            Lease lease, boolean urgent, boolean last, long number, List<Item> items) {
        Slice slice = current(lease);
        lease.past.removeIf(this::letGo);
        for (Slice past : lease.past) {
            Entry entry = entry(lease, past, Long.MAX_VALUE, 0, 0, last, number);
            if (entry.used() + entry.returned() > 0 || mustRenew(past)) {
                items.add(new Item(lease, past, entry));
            }
        }
        boolean recalled = lease.takeRecall();
        long available = Math.max(0, slice.available());
        boolean idle = lease.demand.isIdle() && lease.needs() <= available;
        boolean all = last || recalled || idle;
        boolean back = all || isStuck(lease, available);
        long kept = back ? 0 : available;
        long needs = last ? 0 : Math.max(0, lease.needs() - kept);
        if (needs > 0) {
            lease.demand.starved(needs);
        }
        long wants = back && needs == 0 ? 0 : wants(lease, slice, needs);
        Entry entry = entry(lease, slice, back ? Long.MAX_VALUE : 0, needs, wants, last, number);
        entry = entry.atLeast(Math.max(0, lease.leastNeed() - kept));
        ahead(lease, slice, all, last, number, items);
        boolean news = entry.used() > 0 || entry.returned() > 0 || wants > 0;
        if (urgent || news || mustRenew(slice)) {
            items.add(new Item(lease, slice, entry));
        } else if (slice.isSettled() && lease.past.isEmpty() && lease.next() == null) {
            retire(lease);
        }
    }

    /// What is left here is too little for any request that waits. Two nodes that each keep such a
    /// rest would wait for each other, although together they have enough for one.
    private static boolean isStuck(Lease lease, long available) {
        return available > 0 && available < lease.leastNeed();
    }

    /// One long request keeps a lease in use without anything to report.
    private boolean mustRenew(Slice slice) {
        return slice.isUnheardFor(pace.renewalNanos(), time.nanoTime());
    }

    private boolean letGo(Slice slice) {
        boolean settled = slice.isSettled();
        if (settled) {
            journal.free(slice.slot());
        }
        return settled;
    }

    /// Looked at again after it is let go, it becomes active again: the flag falls first.
    private void retire(Lease lease) {
        active.remove(lease);
        lease.queued.set(false);
        Slice slice = lease.current();
        if (slice != null && !slice.isSettled()) {
            look(lease);
        }
    }

    private long wants(Lease lease, Slice slice, long needs) {
        long size = lease.demand.size();
        if (needs > 0) {
            return Math.max(needs, size);
        }
        boolean low = slice.available() < size / 2 && !lease.demand.isIdle();
        return low && !lease.quiet.isOn(time.nanoTime()) ? size - slice.available() : 0;
    }

    private static Entry entry(
            Lease lease,
            Slice slice,
            long back,
            long needs,
            long wants,
            boolean last,
            long number) {
        if (last) {
            slice.bookReserved();
        }
        long returned = back == 0 ? 0 : slice.takeBack(back);
        return new Entry(
                lease.counter(), slice.period(), slice.report(number), returned, needs, wants);
    }

    /// While requests come, the lease of the next period is there before it starts.
    private void ahead(
            Lease lease, Slice slice, boolean back, boolean last, long number, List<Item> items) {
        Slice next = lease.next();
        if (next == null && !back && time.now().isAfter(slice.period().ends().minus(AHEAD))) {
            next = opened(lease, lease.policy().at(slice.period().ends()));
            lease.next(next);
        }
        if (next == null) {
            return;
        }
        long wants = back ? 0 : wants(lease, next, 0);
        Entry entry = entry(lease, next, back ? Long.MAX_VALUE : 0, 0, wants, last, number);
        if (entry.used() + entry.returned() > 0 || wants > 0 || mustRenew(next)) {
            items.add(new Item(lease, next, entry));
        } else if (back && letGo(next)) {
            lease.next(null);
        }
    }

    /// The slice of the period it is now; one of a period that is over is only reported on. What is
    /// known to be exhausted was so in that period.
    private Slice current(Lease lease) {
        Period period = lease.policy().at(time.now());
        Slice slice = lease.current();
        if (slice != null && slice.period().equals(period)) {
            return slice;
        }
        if (slice != null) {
            lease.past.add(slice);
        }
        lease.demand.restart();
        lease.quiet.end();
        Slice next = lease.next();
        if (next != null && !next.period().equals(period)) {
            lease.past.add(next);
            next = null;
        }
        lease.current(next == null ? opened(lease, period) : next);
        lease.next(null);
        return Objects.requireNonNull(lease.current());
    }

    /// A zone that was changed and changed back finds its slice again: a counter has one at most.
    private Slice opened(Lease lease, Period period) {
        Slice before =
                lease.past.stream().filter(past -> past.startsAt(period)).findAny().orElse(null);
        if (before == null) {
            var label = new LeaseLabel(lease.counter(), period);
            return new Slice(period, journal.take(label.toString()), time.nanoTime());
        }
        lease.past.remove(before);
        before.reopen(period, time.nanoTime());
        return before;
    }
}
