/// What a metered request costs, beside what others ask for an unmetered one: `./weir bench`.
///
/// ```
///               load  ->  target  ->  upstream
/// processors  |  B    |     A      |     B
/// ```
///
/// Each target has the processors A for itself once it is warm, one event loop on each; what loads
/// it, what answers it and what Weir keeps its books in have the others. Targets take turns within
/// one run, in another order each round, and a ratio is the median of the rounds' ratios: a machine
/// that slows down slows down both. What holds:
/// - All JVM targets have the same heap, options and event loops, and are warmed up alike.
/// - Weir's key has a rate, slots, a client's quota and a reseller's pool, and none of them is ever
///   reached. What its usage says afterwards equals what arrived at the upstream.
/// - What has nothing to be compared with comes last, of Weir alone ([Alone]).
/// - The peers are in test sources and never ship; their libraries are their own
///   (`gateway/src/test/peers/pom.xml`), none of Weir's.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.bench;
