package io.weir.quota.lease;

import java.util.TreeMap;

/// How much the requests that wait for a lease wait for.
final class Waiters {

    private final TreeMap<Long, Integer> units = new TreeMap<>();
    private long sum;

    synchronized void add(long each) {
        if (each > 0) {
            units.merge(each, 1, Integer::sum);
            sum += each;
        }
    }

    synchronized void remove(long each) {
        if (each > 0) {
            units.computeIfPresent(each, (_, count) -> count == 1 ? null : count - 1);
            sum -= each;
        }
    }

    /// What all of them wait for.
    synchronized long sum() {
        return sum;
    }

    /// What the most modest of them waits for; nothing if there is none.
    synchronized long least() {
        return units.isEmpty() ? 0 : units.firstKey();
    }
}
