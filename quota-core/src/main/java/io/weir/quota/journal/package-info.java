/// A node's own file of what it holds and has used, which survives it.
///
/// Owns: one mapped file of fixed slots, each with a label that says what it counts and a few longs
/// that are changed in place; and the node's identity, which is only as good as that file. Writing
/// a slot is a store to memory, no system call; the kernel keeps the page when the process is
/// killed. What a slot's longs mean is for whoever asked for it to know.
///
/// Invariants:
/// - A slot's `reported` follows its value by way of reports that the store applies once each: what
///   a report says is marked with the report's number before it is sent, so that a restarted node,
///   told by the store which number came last, knows whether it was counted.
/// - A file is used by one process, of one gateway, and only if it is certain to be as new as what
///   was forwarded. Any other is moved aside, and the node that wrote it is replaced by a new one.
/// - Whom a node replaces is known until the store knows it.
@org.jspecify.annotations.NullMarked
package io.weir.quota.journal;
