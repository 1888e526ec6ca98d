package io.weir.admin.transfer;

import io.weir.admin.allocation.Allocation;
import io.weir.admin.allocation.Portions;
import io.weir.admin.transfer.Roster.Edit;
import io.weir.admin.transfer.Roster.Known;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Decides row by row what becomes of a file, and counts. One run's own, and used by one thread at
/// a time.
///
/// Rows take of the plan in their order. A partial import refuses each that finds too little left;
/// an atomic one may pass the plan on its way, if later rows give back, and is judged at its end.
final class Tally {

    /// What is to be written.
    record Batch(List<Allocation> created, List<Edit> updated) {}

    private static final int MOST_ERRORS = 1000;

    private final long total;
    private final Mode mode;
    private final BigInteger available;

    /// Wider than a `long`: a file may ask for more than there can ever be.
    private BigInteger free;

    private @Nullable RowError passing;
    private long processed;
    private long created;
    private long unchanged;
    private long skipped;
    private long errorCount;
    private final List<UUID> updated = new ArrayList<>();
    private final List<RowError> errors = new ArrayList<>();

    Tally(long total, Mode mode, long available) {
        this.total = total;
        this.mode = mode;
        this.available = BigInteger.valueOf(available);
        this.free = this.available;
    }

    Batch judge(List<Row> rows, Map<String, Known> known) {
        var batch = new Batch(new ArrayList<>(), new ArrayList<>());
        for (Row row : rows) {
            processed++;
            switch (row) {
                case WrongRow(var wrong) -> skip(wrong);
                case RightRow(var line, var allocation) ->
                        judge(line, allocation, known.get(allocation.name()), batch);
            }
        }
        return batch;
    }

    private void judge(long line, Allocation wanted, @Nullable Known known, Batch batch) {
        if (known != null && known.allocation().equals(wanted)) {
            unchanged++;
        } else if (take(line, wanted, known)) {
            if (known == null) {
                created++;
                batch.created().add(wanted);
            } else {
                updated.add(known.id());
                batch.updated().add(new Edit(known.id(), wanted));
            }
        }
    }

    private boolean take(long line, Allocation wanted, @Nullable Known known) {
        if (known != null && !known.takesOfThePlan()) {
            return true;
        }
        long before = known == null ? 0 : known.allocation().monthlyQuota();
        long asked = wanted.monthlyQuota();
        BigInteger left = free.add(BigInteger.valueOf(before)).subtract(BigInteger.valueOf(asked));
        if (left.signum() < 0 && asked > before) {
            var error = exceeding(line, asked, free.add(BigInteger.valueOf(before)));
            if (mode == Mode.PARTIAL) {
                skip(List.of(error));
                return false;
            }
            passing = passing == null ? error : passing;
        }
        free = left;
        return true;
    }

    private static RowError exceeding(long line, long asked, BigInteger available) {
        long most = available.max(BigInteger.ZERO).longValueExact();
        return new RowError(
                line, "monthly_quota", Long.toString(asked), Portions.exceeded(most, asked));
    }

    private void skip(List<RowError> wrong) {
        skipped++;
        wrong.forEach(this::note);
    }

    /// Nothing of the file will be there, whatever is in it.
    Tally refuse(RowError reason) {
        note(reason);
        return this;
    }

    private void note(RowError error) {
        errorCount++;
        if (errors.size() < MOST_ERRORS) {
            errors.add(error);
        }
    }

    /// After the last row: whether there is anything that keeps an atomic import from its effect.
    boolean isRejected() {
        if (mode == Mode.PARTIAL) {
            return false;
        }
        if (free.signum() < 0 && passing != null) {
            note(passing);
            passing = null;
        }
        return errorCount > 0;
    }

    /// What is taken of the plan.
    long taken() {
        return available.subtract(free).longValueExact();
    }

    List<UUID> updated() {
        return updated;
    }

    List<RowError> errors() {
        return errors;
    }

    Import.Counts counts() {
        return new Import.Counts(
                total, processed, created, updated.size(), unchanged, skipped, errorCount);
    }

    /// Without what will not be there.
    Import.Counts rejected() {
        return new Import.Counts(total, processed, 0, 0, 0, total, errorCount);
    }
}
