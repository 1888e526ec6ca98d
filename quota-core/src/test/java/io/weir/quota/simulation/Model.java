package io.weir.quota.simulation;

import io.weir.quota.lease.CounterKey;
import io.weir.quota.simulation.SimulatedStore.Place;
import io.weir.quota.usage.Rollup;
import java.util.HashMap;
import java.util.Map;

/// What must be so, told from what callers saw: limits, requests admitted, and how they ended. It
/// knows nothing of leases, nodes and stores. A request that never ends counts at its reservation.
///
/// I1, per counter and period, at each admission: the units admitted (the reservation of what is
/// under way, killed with its node included; what was used, if that is less, of what has ended)
/// never exceed the largest limit in force since all was last calm, or what was admitted by then.
/// Units of a lost node that an operator refunds come on top, as that node may have spent them and
/// not told. Calm is when every node has heard of the limits and has given back what it held under
/// others.
final class Model {

    private static final class Count {
        long admitted;
        long whenCalm;
        long refunded;
        long used;

        void resolve(long told) {
            admitted += told - used;
            used = told;
        }
    }

    private final Map<CounterKey, Long> limits = new HashMap<>();
    private final Map<CounterKey, Long> largest = new HashMap<>();
    private final Map<Place, Count> counts = new HashMap<>();
    private final Map<CounterKey, Long> late = new HashMap<>();
    private final Map<Rollup, Long> usage = new HashMap<>();

    void limit(CounterKey counter, long units) {
        limits.put(counter, units);
        largest.merge(counter, units, Math::max);
    }

    void calm() {
        largest.putAll(limits);
        counts.values().forEach(count -> count.whenCalm = count.admitted);
    }

    void admitted(Request request) {
        usage(request.estimated(), 1);
        change(request, request.cost(), request.cost());
        for (Place place : request.places()) {
            Count count = count(place);
            if (count.admitted > most(place, count)) {
                throw new Violation("I1: %d admitted at %s".formatted(count.admitted, place));
            }
        }
    }

    private long most(Place place, Count count) {
        return count.refunded + Math.max(largest.getOrDefault(place.counter(), 0L), count.whenCalm);
    }

    /// An operator decided over what a lost node may have admitted and not told.
    void decided(Place place, long units, boolean refunded) {
        count(place).refunded += refunded ? units : 0;
        count(place).used += refunded ? 0 : units;
    }

    void settled(Request request, long used, Rollup row) {
        usage(request.estimated(), -1);
        usage(row, 1);
        change(request, Math.min(0, used - request.cost()), used - request.cost());
    }

    void released(Request request) {
        usage(request.estimated(), -1);
        change(request, -request.cost(), -request.cost());
    }

    void refused(Rollup rollup) {
        usage(rollup, 1);
    }

    long remaining(Place place) {
        return limits.getOrDefault(place.counter(), 0L) - count(place).used;
    }

    /// What is used must be so exactly; only which of two periods a late request counts in is open
    /// until here.
    void check(Map<Place, Long> used, Map<Rollup, Long> rollups) {
        Map<CounterKey, Long> open = new HashMap<>(late);
        used.forEach((place, units) -> open.merge(place.counter(), -units, Long::sum));
        counts.forEach((place, count) -> open.merge(place.counter(), count.used, Long::sum));
        open.forEach(
                (counter, units) ->
                        law(units == 0, "%d units of %s lost".formatted(units, counter)));
        counts.forEach(
                (place, count) ->
                        law(
                                used.getOrDefault(place, 0L) >= count.used,
                                "%s of %d used at %s"
                                        .formatted(used.get(place), count.used, place)));
        used.forEach((place, units) -> count(place).resolve(units));
        late.clear();
        Map<Rollup, Long> rows = new HashMap<>(usage);
        rollups.forEach((row, requests) -> rows.merge(row, -requests, Long::sum));
        rows.forEach((row, lost) -> law(lost == 0, "%d requests of %s lost".formatted(lost, row)));
    }

    private void change(Request request, long admitted, long used) {
        for (Place place : request.places()) {
            if (request.late()) {
                late.merge(place.counter(), used, Long::sum);
            } else {
                count(place).admitted += admitted;
                count(place).used += used;
            }
        }
    }

    private Count count(Place place) {
        return counts.computeIfAbsent(place, _ -> new Count());
    }

    private void usage(Rollup rollup, long requests) {
        if (usage.merge(rollup, requests, Long::sum) == 0) {
            usage.remove(rollup);
        }
    }

    static void law(boolean holds, String otherwise) {
        if (!holds) {
            throw new Violation(otherwise);
        }
    }
}
