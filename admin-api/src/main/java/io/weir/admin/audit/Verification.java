package io.weir.admin.audit;

import org.jspecify.annotations.Nullable;

/// What came of following the log.
///
/// @param entries how many there are
/// @param head the last one's hash: whoever notes it now can tell later that the log up to here is
///   the same
/// @param brokenAt the first that is missing, or is not what was written
record Verification(boolean verified, long entries, String head, @Nullable Long brokenAt) {

    /// The end of the log, as it is kept beside it.
    ///
    /// @param first the least number there is
    /// @param last the greatest: whatever is not from 1 to the end was slipped in
    record Head(long number, String hash, long first, long last) {}
}
