/// Answers are compressed for callers that take them so, if that is asked for.
///
/// What is metered is what the upstream sent: this happens after it. Left as they are: streams of
/// events, which have to leave as they come; what is compressed already; parts of a whole; what an
/// upstream says must not be transformed, or vouches for byte by byte.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.compression;
