package io.weir.quota.usage;

import io.weir.quota.journal.Journal;
import io.weir.quota.journal.Slot;
import io.weir.quota.policy.QuotaUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Usage of this node by minute and combination, in the journal until the store has counted it.
///
/// Adding to a row and letting it go are atomic on that row. What a report says of a row is marked
/// in the journal before it is sent, so that each unit is counted once, whatever dies in between.
public final class Rollups {

    /// A row of a report, and what it gained.
    ///
    /// @param credits in nano-units of a credit
    public record Row(Rollup rollup, long requests, long credits) {}

    /// Where a row is counted.
    ///
    /// @param credits null as long as there are none
    private record Cells(Slot requests, @Nullable Slot credits) {

        boolean hasNews() {
            return hasNews(requests) || (credits != null && hasNews(credits));
        }

        boolean isOpen() {
            return requests.open() > 0 || (credits != null && credits.open() > 0);
        }

        private static boolean hasNews(Slot slot) {
            return slot.used() > slot.reported();
        }

        Row report(Rollup rollup, long number) {
            return new Row(
                    rollup, requests.report(number), credits == null ? 0 : credits.report(number));
        }

        void addTo(List<Slot> slots) {
            slots.add(requests);
            if (credits != null) {
                slots.add(credits);
            }
        }
    }

    /// A request under way. If nobody ends it, because the process was killed, it counts as
    /// estimated.
    public static final class Open {

        private final Cells cells;
        private final long credits;

        private Open(Cells cells, long credits) {
            this.cells = cells;
            this.credits = credits;
        }

        public void end() {
            cells.requests.addOpen(-1);
            if (cells.credits != null) {
                cells.credits.addOpen(-credits);
            }
        }
    }

    private final Journal journal;
    private final ConcurrentHashMap<Rollup, Cells> rows = new ConcurrentHashMap<>();

    /// The exchange's own: the rows of the report under way.
    private List<Slot> reporting = List.of();

    public Rollups(Journal journal) {
        this.journal = journal;
    }

    /// @param credits in nano-units of a credit
    public void add(Rollup rollup, long requests, long credits) {
        rows.compute(
                rollup,
                (key, row) -> {
                    Cells cells = cells(key, row, credits);
                    cells.requests.addUsed(requests);
                    if (cells.credits != null) {
                        cells.credits.addUsed(credits);
                    }
                    return cells;
                });
    }

    /// @param rollup of outcome estimated
    /// @param credits what is set aside, in nano-units of a credit
    public Open open(Rollup rollup, long credits) {
        Cells open =
                rows.compute(
                        rollup,
                        (key, row) -> {
                            Cells cells = cells(key, row, credits);
                            cells.requests.addOpen(1);
                            if (cells.credits != null) {
                                cells.credits.addOpen(credits);
                            }
                            return cells;
                        });
        return new Open(open, credits);
    }

    /// Most rows have no credits, and take one slot.
    private Cells cells(Rollup rollup, @Nullable Cells row, long credits) {
        if (row != null && (row.credits != null || credits == 0)) {
            return row;
        }
        Slot requests =
                row == null
                        ? journal.take(RollupLabel.of(rollup, QuotaUnit.REQUESTS))
                        : row.requests;
        return new Cells(
                requests,
                credits == 0 ? null : journal.take(RollupLabel.of(rollup, QuotaUnit.CREDITS)));
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
                        if (cells.hasNews()) {
                            report.add(cells.report(key, number));
                            cells.addTo(slots);
                            return cells;
                        }
                        if (cells.isOpen()) {
                            return cells;
                        }
                        List<Slot> done = new ArrayList<>();
                        cells.addTo(done);
                        done.forEach(journal::free);
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
