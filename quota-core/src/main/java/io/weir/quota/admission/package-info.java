/// The decision over all policies of a subject path, and the reservation that comes of it.
///
/// Owns: the nodes of subjects with the limits in force. A request is admitted by every limit on
/// its path or by none, and a refused one consumes nothing. What was reserved ends once, settled if
/// the request was forwarded, released if it was not.
@org.jspecify.annotations.NullMarked
package io.weir.quota.admission;
