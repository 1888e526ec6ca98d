package io.weir.quota.usage;

import io.weir.quota.journal.Journal;
import io.weir.quota.journal.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Usage of this node by minute and combination, in the journal until the store has counted it.
///
/// Adding to a row and letting it go are atomic on that row, but for what a request adds that was
/// open in it: as long as one is, the row stays. What a report says of a row is marked in the
/// journal before it is sent, so that each unit is counted once, whatever dies in between.
public final class Rollups {

    /// A row of a report, and what it gained.
    public record Row(Rollup rollup, Metered metered) {}

    /// A request under way. If nobody ends it, because the process was killed, it counts as
    /// estimated.
    public static final class Open {

        private final Rollup rollup;
        private final Cells cells;
        private final Metered metered;

        private Open(Rollup rollup, Cells cells, Metered metered) {
            this.rollup = rollup;
            this.cells = cells;
            this.metered = metered;
        }

        public Rollup rollup() {
            return rollup;
        }

        /// It has ended without using anything.
        public void end() {
            cells.end(metered);
        }

        /// Whether its row has room for that, and stays until this ends.
        private boolean has(Rollup row, Metered used) {
            return metered.requests() > 0 && rollup.equals(row) && cells.suffice(used);
        }
    }

    private final Journal journal;
    private final ConcurrentHashMap<Rollup, Cells> rows = new ConcurrentHashMap<>();

    /// The exchange's own: the rows of the report under way.
    private List<Slot> reporting = List.of();

    public Rollups(Journal journal) {
        this.journal = journal;
    }

    public void add(Rollup rollup, Metered metered) {
        rows.compute(
                rollup,
                (key, row) -> {
                    Cells cells = Cells.of(key, row, metered, journal);
                    cells.add(metered);
                    return cells;
                });
    }

    /// @param rollup where it will count, if all goes well
    /// @param metered what is set aside; all its tokens are estimated
    public Open open(Rollup rollup, Metered metered) {
        Metered estimated = metered.estimated();
        Cells open =
                rows.compute(
                        rollup,
                        (key, row) -> {
                            Cells cells = Cells.of(key, row, estimated, journal);
                            cells.open(estimated);
                            return cells;
                        });
        return new Open(rollup, open, estimated);
    }

    /// A request under way has ended, and used this.
    public void end(Open open, Rollup rollup, Metered used) {
        if (open.has(rollup, used)) {
            open.cells.add(used);
        } else {
            add(rollup, used);
        }
        open.end();
    }

    /// What was added since the last report, at most so many rows, for the report of this number.
    /// Rows that nobody added to since are let go.
    public List<Row> report(long number, int most) {
        List<Row> report = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        for (Rollup rollup : rows.keySet()) {
            if (report.size() == most) {
                break;
            }
            rows.computeIfPresent(
                    rollup,
                    (key, cells) -> {
                        boolean open = cells.isOpen(); // what it ends with is news before it ends
                        if (cells.hasNews()) {
                            report.add(new Row(key, cells.report(number)));
                            cells.forEach(slots::add);
                            return cells;
                        }
                        if (open) {
                            return cells;
                        }
                        cells.forEach(journal::free);
                        return null;
                    });
        }
        reporting = slots;
        return report;
    }

    /// The store has counted the report of this number.
    public void applied(long number) {
        reporting.forEach(slot -> slot.applied(number));
        reporting = List.of();
    }

    /// The store takes no report of this node any more; the last it counted had this number. What
    /// it did not count is said again, in a report of another node.
    public void refused(long lastApplied) {
        reporting.forEach(slot -> slot.refused(lastApplied));
        reporting = List.of();
    }

    /// Rows in memory.
    public int size() {
        return rows.size();
    }
}
