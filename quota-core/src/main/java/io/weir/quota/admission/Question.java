package io.weir.quota.admission;

import io.weir.quota.usage.Usage;
import org.jspecify.annotations.Nullable;

/// What is asked of the limits of a path.
///
/// @param growing the reservation that is to grow; absent for a new request
/// @param holdsSlot whether it is part of a request that holds a slot already
record Question(SubjectPath path, Usage cost, @Nullable Reservation growing, boolean holdsSlot) {

    static Question request(SubjectPath path, Usage cost) {
        return new Question(path, cost, null, false);
    }

    /// The limits it meets.
    CompiledPath compiled(PathCompiler compiler) {
        CompiledPath all = compiler.compiled(path);
        return holdsSlot ? all.withoutSlots() : all;
    }
}
