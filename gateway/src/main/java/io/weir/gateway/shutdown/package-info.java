/// How a gateway leaves without anybody noticing:
///
/// ```
/// not ready -> drains: goes on serving -> takes no connection -> streams end -> leases, usage
/// ```
///
/// It owns the first step. Whoever spreads requests learns from the readiness that this gateway is
/// leaving, and needs a moment for it: until then, it serves as ever.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.shutdown;
