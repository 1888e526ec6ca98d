/// What is answered where nobody has answered: what no route serves, and what went wrong here.
///
/// It stands behind all filters, and owns no request. What holds:
/// - An answer is `application/problem+json`, and tells nothing of what went on inside.
/// - A fault of ours is a 5xx that is counted, and written to the log with its trace. What a caller
///   brings about as often as it likes, by leaving or by asking for what is not there, is neither.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.failure;
