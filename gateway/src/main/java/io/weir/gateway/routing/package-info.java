/// Which route a request takes: the same as in the host, with less work.
///
/// The host asks each route in turn, as a stream of asynchronous questions. Nearly all predicates
/// have their answer at once, and nearly all routes begin with a path. So it owns a table of the
/// routes by the first segment of their paths, in the host's order, made anew whenever routes
/// change. What holds:
/// - The first route whose predicates all hold is taken, as in the host, whatever the predicates.
/// - Where a predicate has no answer at once, or a path can be read in several ways, the host's own
///   search is used.
/// - A prefix is stripped as the host does it, of the path alone.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.routing;
