/// The W3C's trace context: requests that come without one begin a trace here, if that is asked
/// for. Those that come with one pass as they are in any case, since the gateway reports no span of
/// its own that others could hang from.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.trace;
