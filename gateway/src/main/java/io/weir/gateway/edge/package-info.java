/// What callers from anywhere may do to the gateway before one of their requests counts.
///
/// ```
/// Connections -> ConnectionGuard (Http1Guard | Http2Guard) -> codec -> StrictReading -> routes
/// ```
///
/// It owns the connections of callers: how many there are, how long they may take over each part of
/// a request, and how a request is read. What holds:
/// - A request has one reading. What another reader could take for something else (framing, host,
///   path) is answered with 400, and its connection closed, before anything is counted.
/// - What nobody finishes is closed: a head, a body, an answer that is not read. No timer is
///   started for a request that arrives whole.
/// - Who looks for keys that nobody holds is slowed down, address by address; who has one that is
///   known here notices nothing of it.
/// - Only what a configured proxy says of a caller is believed, and nobody else's is passed on.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.edge;
