package io.weir.quota.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Usage that was settled on this node and is not reported yet.
///
/// Each unit is in here until it is drained, and is drained once: adding to a row and taking it out
/// are atomic on that row.
public final class Rollups {

    /// A row, and how many requests it gained.
    public record Row(Rollup rollup, long requests) {}

    private final ConcurrentHashMap<Rollup, Long> rows = new ConcurrentHashMap<>();

    public void add(Rollup rollup, long requests) {
        rows.merge(rollup, requests, Long::sum);
    }

    /// Takes out at most `most` rows.
    public List<Row> drain(int most) {
        List<Row> drained = new ArrayList<>();
        for (Rollup rollup : rows.keySet()) {
            if (drained.size() == most) {
                break;
            }
            Long requests = rows.remove(rollup);
            if (requests != null) {
                drained.add(new Row(rollup, requests));
            }
        }
        return drained;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /// Rows that wait to be reported.
    public int size() {
        return rows.size();
    }
}
