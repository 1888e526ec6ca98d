package io.weir.quota.usage;

import io.weir.quota.journal.Journal;
import io.weir.quota.journal.Slot;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where a row is counted: on a slot of the journal for its requests, and on one for each other
/// unit that has occurred. Most rows have requests alone, and take one slot.
///
/// Immutable: a row in which another unit occurs gets other cells, with the same slots.
final class Cells {

    private static final RollupUnit[] UNITS = RollupUnit.values();

    /// How many of the units a request without tokens has, with credits or without.
    private static final int WITH_CREDITS = 2;

    private static final int WITHOUT_CREDITS = 1;

    /// Of one request and unit, so that those of many never pass the largest `long`.
    private static final long MOST_OPEN = Long.MAX_VALUE >> 16;

    /// In the order of the units, up to the last that may have occurred.
    private final @Nullable Slot[] slots;

    private Cells(@Nullable Slot[] slots) {
        this.slots = slots;
    }

    /// @return the row's own where they have all that is needed
    static Cells of(Rollup rollup, @Nullable Cells row, Metered metered, Journal journal) {
        if (row != null && row.suffice(metered)) {
            return row;
        }
        @Nullable Slot[] slots =
                row == null
                        ? new Slot[length(metered)]
                        : Arrays.copyOf(row.slots, Math.max(row.slots.length, length(metered)));
        for (int i = 0; i < slots.length; i++) {
            RollupUnit unit = UNITS[i];
            if (slots[i] == null && (unit == RollupUnit.REQUESTS || unit.of(metered) > 0)) {
                slots[i] = journal.take(RollupLabel.of(rollup, unit));
            }
        }
        return new Cells(slots);
    }

    /// How many units may occur. A request without tokens is not asked for each class of them.
    private static int length(Metered metered) {
        if (metered.hasTokens()) {
            return UNITS.length;
        }
        return metered.credits() > 0 ? WITH_CREDITS : WITHOUT_CREDITS;
    }

    boolean suffice(Metered metered) {
        int length = length(metered);
        if (length > slots.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (slots[i] == null && UNITS[i].of(metered) > 0) {
                return false;
            }
        }
        return true;
    }

    /// What an upstream states may be absurd, and makes no sum negative.
    void add(Metered metered) {
        int length = length(metered);
        for (int i = 0; i < length; i++) {
            Slot slot = slots[i];
            if (slot != null) {
                slot.addUsed(UNITS[i].of(metered));
            }
        }
    }

    /// Sets aside.
    void open(Metered metered) {
        addOpen(metered, 1);
    }

    /// What was set aside is not any more.
    void end(Metered metered) {
        addOpen(metered, -1);
    }

    private void addOpen(Metered metered, int sign) {
        int length = length(metered);
        for (int i = 0; i < length; i++) {
            Slot slot = slots[i];
            if (slot != null) {
                slot.addOpen(sign * Math.min(UNITS[i].of(metered), MOST_OPEN));
            }
        }
    }

    boolean hasNews() {
        for (Slot slot : slots) {
            if (slot != null && slot.used() > slot.reported()) {
                return true;
            }
        }
        return false;
    }

    boolean isOpen() {
        for (Slot slot : slots) {
            if (slot != null && slot.open() > 0) {
                return true;
            }
        }
        return false;
    }

    /// What was added since the last report, for the report of this number.
    Metered report(long number) {
        Metered fresh = Metered.NONE;
        for (int i = 0; i < slots.length; i++) {
            Slot slot = slots[i];
            if (slot != null) {
                fresh = fresh.plus(Metered.of(UNITS[i], slot.report(number)));
            }
        }
        return fresh;
    }

    void forEach(Consumer<Slot> action) {
        for (Slot slot : slots) {
            if (slot != null) {
                action.accept(slot);
            }
        }
    }
}
