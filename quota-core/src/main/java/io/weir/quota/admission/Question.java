package io.weir.quota.admission;

import io.weir.quota.usage.Usage;
import org.jspecify.annotations.Nullable;

/// What is asked of the limits of a path.
///
/// @param growing the reservation that is to grow; absent for a new request
record Question(SubjectPath path, Usage cost, @Nullable Reservation growing) {}
