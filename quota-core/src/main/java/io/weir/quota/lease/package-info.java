/// The slice of a counter that one node may spend, and the exchange that keeps it filled.
///
/// Owns: what this node holds of each (subject, policy, period), and the reports that tell the
/// store of it. The store owns the truth: `used` and `leased` of each counter.
///
/// Invariants:
/// - At any instant a slice's `available + reserved + used - reported` is what the store believes
///   the node holds. Requests move units between the first three; only a reply changes the sum.
///   Hence the store's `used + leased <= limit` bounds what all nodes together can admit.
/// - A report stays the same, under the same number, until it is answered; the store applies a
///   number once. A lost answer neither loses nor doubles a unit.
/// - Usage belongs to the period in which it was admitted: a slice outlives its period until it has
///   nothing to report.
/// - A period is over on this node's monotonic clock no later than on the store's.
///
/// Requests touch atomics of a slice and two queues, and wait for nothing while a lease lasts. One
/// exchange is under way at a time; what becomes due meanwhile goes into the next one.
@org.jspecify.annotations.NullMarked
package io.weir.quota.lease;
