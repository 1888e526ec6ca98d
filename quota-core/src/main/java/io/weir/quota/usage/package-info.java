/// What was used: the outcome of a request, and the rollups by minute that reports carry.
///
/// Owns: the rows of this node that the store has not counted yet, one for each key, minute, route,
/// model and outcome, and their slots of the journal, one for each unit that occurred.
///
/// Invariants:
/// - Each unit is in one report that the store applies, whatever dies in between: the journal knows
///   which report says it.
/// - A request under way is open in the row of those that are served, so that one that is served
///   has one row. What a killed process left open there is told as estimated.
/// - A row stays as long as a request is open in it, or something of it was not told.
@org.jspecify.annotations.NullMarked
package io.weir.quota.usage;
