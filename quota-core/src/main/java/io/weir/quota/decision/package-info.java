/// Why requests were refused: kept for a while, so that anyone who is asked can tell.
///
/// Owns: what was decided and is not stored yet. It is bounded, and what does not fit is counted: a
/// storm of refusals costs one statement a tick, and no request waits for any of it.
@org.jspecify.annotations.NullMarked
package io.weir.quota.decision;
