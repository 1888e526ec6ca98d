/// A deterministic simulation of several nodes and their store (K10), against a short model.
///
/// Everything runs on one thread, from one queue of events in virtual time, drawn from one seed.
/// Nodes run the production admission, leases, journal and rollups; only the clocks, the timer, the
/// network and the store are replaced. The store does what the SQL does, and the network loses,
/// delays, repeats and reorders; nodes are killed, frozen and stopped; clocks drift and step.
/// Whatever goes wrong, the books must agree with the model, which knows only what callers saw.
@org.jspecify.annotations.NullMarked
package io.weir.quota.simulation;
