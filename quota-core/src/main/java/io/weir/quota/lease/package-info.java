/// The slice of a counter that one node may spend, and the exchange that keeps it filled.
///
/// Owns: what this node holds of each (subject, policy, period), the reports that tell the store of
/// it, and who this node is to the store. The store owns the truth: `used`, `leased` and
/// `forfeited` of each counter.
///
/// Invariants:
/// - At any instant a slice's `available + reserved + used - reported` is what the store believes
///   the node holds. Requests move units between the first three; only a reply changes the sum.
///   Hence the store's `used + leased + forfeited <= limit` bounds what all nodes together can
///   admit.
/// - A report stays the same, under the same number, until it is answered; the store applies a
///   number once. A lost answer neither loses nor doubles a unit.
/// - Usage belongs to the period in which it was admitted: a slice outlives its period until it has
///   nothing to report.
/// - A period is over on this node's monotonic clock no later than on the store's, and so is the
///   life of a lease: both count from before the ask, at the store from the ask's arrival.
/// - What is held by a node that is silent goes to nobody. Only when that node is given up, by an
///   operator or by the gateway that replaces it, are its units free to be decided over; from then
///   on the store takes no report of it, so that nothing is counted in two ways.
/// - A node that is given up keeps nothing, and loses nothing that it had used: its slices go on
///   with nothing available, and what the store did not count is reported by the node that follows.
///
/// The monotonic clock must go on while the machine is suspended, or be suspended no longer than an
/// operator waits before giving a node up: a lease that was decided over is not to be spent.
///
/// Requests touch atomics of a slice and two queues, and wait for nothing while a lease lasts. One
/// exchange is under way at a time; what becomes due meanwhile goes into the next one.
@org.jspecify.annotations.NullMarked
package io.weir.quota.lease;
