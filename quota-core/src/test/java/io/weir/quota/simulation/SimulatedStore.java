package io.weir.quota.simulation;

import io.weir.quota.admission.Subjects.Announcement;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Held;
import io.weir.quota.lease.LeaseStore.Reply;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.lease.LeaseStore.Resumed;
import io.weir.quota.lease.LeaseStore.UnknownNode;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the SQL functions `exchange` and `resume` do, in memory and in the same order.
final class SimulatedStore {

    /// A counter in one period.
    record Place(CounterKey counter, Instant starts) {}

    private static final class Total {
        long used;
        boolean wanted;
        final Map<UUID, Long> held = new LinkedHashMap<>();

        long leased() {
            return held.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private static final class Node {
        long sequence;
        @Nullable Reply reply;
    }

    private final Events events;
    private final PlantedBug bug;
    private final Consumer<Announcement> announce;
    private final Map<CounterKey, Long> limits = new HashMap<>();
    private final Map<Place, Total> totals = new LinkedHashMap<>();
    private final Map<Rollup, Long> usage = new HashMap<>();
    private final Map<UUID, Node> nodes = new HashMap<>();
    private long statements;

    SimulatedStore(Events events, PlantedBug bug, Consumer<Announcement> announce) {
        this.events = events;
        this.bug = bug;
        this.announce = announce;
    }

    void limit(CounterKey counter, long units) {
        limits.put(counter, units);
    }

    long limit(CounterKey counter) {
        return limits.getOrDefault(counter, 0L);
    }

    Map<Rollup, Long> usage() {
        return Map.copyOf(usage);
    }

    Map<Place, Long> used() {
        Map<Place, Long> used = new LinkedHashMap<>();
        totals.forEach((place, total) -> used.put(place, total.used));
        return used;
    }

    long leased() {
        return totals.values().stream().mapToLong(Total::leased).sum();
    }

    /// How often it was asked.
    long statements() {
        return statements;
    }

    Resumed resume(UUID id) {
        statements++;
        Node node = nodes.computeIfAbsent(id, _ -> new Node());
        long applied = node.sequence;
        if (bug != PlantedBug.NO_FENCE) {
            node.sequence++;
            node.reply = null;
        }
        List<Held> leases = new ArrayList<>();
        totals.forEach(
                (place, total) -> {
                    if (total.held.containsKey(id)) {
                        leases.add(new Held(place.counter(), place.starts(), total.held.get(id)));
                    }
                });
        events.note("resumed", id, applied);
        return new Resumed(applied, node.sequence, leases);
    }

    /// @return nothing where the SQL returns null
    @Nullable Reply exchange(Report report) {
        statements++;
        Node node = nodes.computeIfAbsent(report.node(), _ -> new Node());
        if (report.sequence() == node.sequence && bug != PlantedBug.DOUBLE_REPORT) {
            return node.reply;
        }
        if (report.sequence() != node.sequence + 1 && report.sequence() != node.sequence) {
            throw new UnknownNode("Out of sequence", new IllegalStateException());
        }
        Instant now = events.instant();
        var grants =
                report.leases().stream().map(entry -> apply(report.node(), entry, now)).toList();
        for (Rollups.Row row : report.usage()) {
            usage.merge(row.rollup(), row.requests(), Long::sum);
        }
        node.sequence = report.sequence();
        node.reply = new Reply(now, grants);
        return node.reply;
    }

    private Grant apply(UUID node, Entry entry, Instant now) {
        var place = new Place(entry.counter(), entry.period().starts());
        Total total = totals.computeIfAbsent(place, _ -> new Total());
        long held = total.held.getOrDefault(node, 0L);
        long spent = Math.min(entry.used(), held);
        long returned = returned(entry, held - spent);
        if (returned > held - spent) {
            throw new Violation("A node returns %d of %d held".formatted(returned, held - spent));
        }
        held -= spent + returned;
        total.used += entry.used();
        total.held.put(node, held);

        boolean inForce =
                limits.containsKey(entry.counter())
                        && now.isBefore(entry.period().ends())
                        && !now.isBefore(entry.period().starts());
        long granted = inForce ? granted(entry, total) : 0;
        held += granted;
        total.held.put(node, held);
        tell(entry, total, inForce && granted == 0 && entry.needs() > 0, held, returned);
        if (held == 0) {
            total.held.remove(node);
        }
        events.note(
                node,
                entry.counter(),
                "used",
                entry.used(),
                "returned",
                returned,
                "needs",
                entry.needs(),
                "granted",
                granted,
                "held",
                held,
                "leased",
                total.leased(),
                "in all",
                total.used);
        return new Grant(
                inForce,
                granted,
                total.used,
                total.leased(),
                held,
                OptionalLong.of(limit(entry.counter())));
    }

    private long granted(Entry entry, Total total) {
        long free = Math.max(0, limit(entry.counter()) - total.used - total.leased());
        return Math.min(entry.wants(), Math.min(free, Math.max(entry.needs(), free / 4)));
    }

    private void tell(Entry entry, Total total, boolean starved, long held, long returned) {
        if (starved && total.leased() > held) {
            total.wanted = true;
            announce.accept(new Announcement.Wanted(entry.counter()));
        } else if (total.wanted && returned > 0) {
            total.wanted = false;
            announce.accept(new Announcement.Returned(entry.counter()));
        }
    }

    private long returned(Entry entry, long most) {
        boolean all = bug == PlantedBug.EARLY_GIVE_BACK && entry.returned() > 0;
        return all ? most : entry.returned();
    }
}
