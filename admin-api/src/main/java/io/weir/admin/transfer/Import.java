package io.weir.admin.transfer;

import io.weir.admin.wire.Ids;
import io.weir.admin.wire.Resource;
import io.weir.quota.subject.SubjectKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A file on its way in, as callers see it.
record Import(
        UUID id,
        UUID reseller,
        boolean dryRun,
        String mode,
        String status,
        Counts counts,
        List<RowError> errors,
        long revision,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    Import {
        errors = List.copyOf(errors);
    }

    /// How many rows there are, how many were looked at, and what became of them.
    record Counts(
            long total,
            long processed,
            long created,
            long updated,
            long unchanged,
            long skipped,
            long errorCount) {}

    /// @param errorCount of which `errors` has the first
    record Answer(
            String id,
            String resellerId,
            boolean dryRun,
            String mode,
            String status,
            long processed,
            long total,
            long created,
            long updated,
            long unchanged,
            long skipped,
            long errorCount,
            List<RowError> errors,
            Instant createdAt,
            @Nullable Instant finishedAt) {

        Answer {
            errors = List.copyOf(errors);
        }
    }

    Answer answer() {
        return new Answer(
                Ids.text(Resource.CLIENT_IMPORT, id),
                Ids.text(SubjectKind.RESELLER, reseller),
                dryRun,
                mode,
                status,
                counts.processed(),
                counts.total(),
                counts.created(),
                counts.updated(),
                counts.unchanged(),
                counts.skipped(),
                counts.errorCount(),
                errors,
                createdAt,
                finishedAt);
    }
}
