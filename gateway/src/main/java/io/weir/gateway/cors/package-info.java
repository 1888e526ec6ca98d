/// Whether pages of other origins may call this gateway from a browser (the Fetch standard's CORS).
///
/// What holds: where no origin is named nothing of it is there, and the answer is the upstreams'.
/// Where some are, the gateway alone answers: what an upstream says of origins is removed. A
/// preflight needs no key, reaches no upstream and costs nothing. No answer ever allows credentials
/// of the browser's own: keys come in headers, and never in cookies.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.cors;
