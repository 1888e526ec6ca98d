package io.weir.quota.simulation;

import io.weir.quota.admission.Subjects.Announcement;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Held;
import io.weir.quota.lease.LeaseStore.Refused;
import io.weir.quota.lease.LeaseStore.Reply;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.lease.LeaseStore.Resumed;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the SQL functions `exchange`, `resume`, `forfeit_node` and `decide_forfeit` do, in memory
/// and in the same order.
final class SimulatedStore {

    /// Leases of the next period are given so long before it.
    private static final Duration AHEAD = Duration.ofSeconds(30);

    /// A counter in one period.
    record Place(CounterKey counter, Instant starts) {}

    /// What a lost node's lease held.
    record Forfeit(Place place, long units) {}

    private static final class Total {
        long used;
        long forfeited;
        boolean wanted;
        final Map<UUID, Long> held = new LinkedHashMap<>();

        long leased() {
            return held.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private static final class Node {
        final int number;
        long sequence;
        long applied;
        Duration life = Duration.ofSeconds(60);
        Instant seen = Instant.MIN;
        boolean fenced;
        final Set<Long> numbers = new HashSet<>();
        @Nullable Reply reply;

        Node(int number) {
            this.number = number;
        }
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

    /// Or set aside.
    long leased() {
        return totals.values().stream().mapToLong(total -> total.leased() + total.forfeited).sum();
    }

    /// How often it was asked.
    long statements() {
        return statements;
    }

    Resumed resume(UUID id, @Nullable UUID replaced, long number) {
        statements++;
        Node node = known(id);
        if (number < node.sequence) {
            throw new Refused("Resumed late", node.applied, null);
        }
        node.sequence = number;
        node.reply = null;
        node.seen = events.instant();
        int forfeits = replaced == null ? 0 : setAside(replaced).size();
        List<Held> leases = new ArrayList<>();
        totals.forEach(
                (place, total) -> {
                    if (total.held.containsKey(id)) {
                        leases.add(new Held(place.counter(), place.starts(), total.held.get(id)));
                    }
                });
        events.note("resumed", node.number, node.applied);
        return new Resumed(node.applied, node.sequence, forfeits, leases);
    }

    private Node known(UUID id) {
        Node node = nodes.computeIfAbsent(id, _ -> new Node(nodes.size()));
        if (node.fenced) {
            throw new Refused("Given up", node.applied, null);
        }
        return node;
    }

    /// What an operator does once the leases of a node have expired.
    List<Forfeit> forfeit(UUID lost) {
        Node node = nodes.get(lost);
        return node == null || node.fenced || node.seen.plus(node.life).isAfter(events.instant())
                ? List.of()
                : setAside(lost);
    }

    private List<Forfeit> setAside(UUID lost) {
        Node node = nodes.computeIfAbsent(lost, _ -> new Node(nodes.size()));
        node.fenced = true;
        List<Forfeit> forfeits = new ArrayList<>();
        totals.forEach(
                (place, total) -> {
                    Long held = total.held.remove(lost);
                    if (held != null) {
                        total.forfeited += held;
                        forfeits.add(new Forfeit(place, held));
                    }
                });
        events.note("forfeited", node.number, forfeits.size());
        return forfeits;
    }

    void decide(Forfeit forfeit, boolean refunded) {
        Total total = Objects.requireNonNull(totals.get(forfeit.place()));
        total.forfeited -= forfeit.units();
        total.used += refunded ? 0 : forfeit.units();
        total.wanted &= !refunded;
        events.note("decided", refunded, forfeit);
        if (refunded) {
            announce.accept(new Announcement.Returned(forfeit.place().counter()));
        }
    }

    /// @return nothing where the SQL returns null
    @Nullable Reply exchange(Report report) {
        statements++;
        Node node = known(report.node());
        boolean repeated = report.sequence() == node.applied && node.reply != null;
        if (repeated && bug != PlantedBug.DOUBLE_REPORT) {
            return node.reply;
        }
        if (report.sequence() != node.sequence + 1 && !repeated && !isForgotten(report, node)) {
            throw new Refused("Out of sequence", node.applied, null);
        }
        Instant now = events.instant();
        var grants = report.leases().stream().map(entry -> apply(report.node(), entry)).toList();
        for (Rollups.Row row : report.usage()) {
            usage.merge(row.rollup(), row.metered().requests(), Long::sum);
        }
        node.sequence = Math.max(node.sequence, report.sequence());
        node.applied = node.sequence;
        node.numbers.add(report.sequence());
        node.seen = now;
        node.life = report.life();
        node.reply = new Reply(now, 1, 0, grants);
        return node.reply;
    }

    /// Of a former process, and never seen.
    private boolean isForgotten(Report report, Node node) {
        return bug == PlantedBug.NO_FENCE
                && report.sequence() < node.sequence
                && !node.numbers.contains(report.sequence());
    }

    private Grant apply(UUID node, Entry entry) {
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

        boolean inForce = inForce(entry);
        long granted = inForce ? granted(entry, total) : 0;
        held += granted;
        total.held.put(node, held);
        tell(entry, total, inForce && granted == 0 && entry.needs() > 0, held, returned);
        if (held == 0) {
            total.held.remove(node);
        }
        note(known(node).number, entry, returned, granted, held, total);
        return new Grant(
                inForce,
                granted,
                total.used,
                total.leased(),
                total.forfeited,
                held,
                OptionalLong.of(limit(entry.counter())));
    }

    private boolean inForce(Entry entry) {
        Instant now = events.instant();
        return limits.containsKey(entry.counter())
                && now.isBefore(entry.period().ends())
                && !now.isBefore(entry.period().starts().minus(AHEAD));
    }

    private long granted(Entry entry, Total total) {
        long free = limit(entry.counter()) - total.used - total.leased() - total.forfeited;
        long most = Math.max(0, free);
        long granted = Math.min(entry.wants(), Math.min(most, Math.max(entry.needs(), most / 4)));
        return granted < entry.least() ? 0 : granted;
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

    private void note(int node, Entry entry, long returned, long granted, long held, Total total) {
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
    }
}
