/// How a gateway leaves without anybody noticing:
///
/// ```
/// not ready -> drains: goes on serving -> takes no connection -> streams end -> what is left is
///                                         cut off and settled -> leases, usage -> end
/// ```
///
/// It owns the first step and the one before the last: whoever spreads requests learns from the
/// readiness that this gateway is leaving, and needs a moment for it; until then, it serves as
/// ever, but for closing HTTP/1.1 connections behind their answers. What was cut off is settled, as
/// estimated, before the leases go back and the last usage is told.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.shutdown;
