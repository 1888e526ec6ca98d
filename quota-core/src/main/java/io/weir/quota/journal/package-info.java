/// A node's own file of what it holds and has used, which survives it.
///
/// Owns: one mapped file of fixed slots, each with a label that says what it counts and a few longs
/// that are changed in place. Writing one is a store to memory, no system call; the kernel keeps
/// the page when the process is killed. What a slot's longs mean is for whoever asked for it to
/// know.
///
/// A slot's `reported` follows its value by way of reports that the store applies once each: what a
/// report says is marked with the report's number before it is sent, so that a restarted node, told
/// by the store which number came last, knows whether it was counted.
@org.jspecify.annotations.NullMarked
package io.weir.quota.journal;
