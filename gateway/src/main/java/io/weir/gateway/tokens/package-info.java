/// How many tokens an answer of a language model says it took, read while it passes.
///
/// Owns: the formats of OpenAI's and Anthropic's answers, whole and streamed, as far as usage and
/// the amount of delivered text are concerned, and what of a request decides what it can cost.
///
/// Invariants:
/// - Nothing of an answer is kept but the place one is at: a name of a few bytes, a number of a few
///   digits, and counts. So memory does not depend on what an upstream sends. Where something has
///   to be taken out of an answer, one event of it is held back, of at most 32 KiB.
/// - However the bytes are cut into pieces, the reading is the same.
/// - What is stated is a whole number from 0 to 2^53, or it is no statement. Absent is not zero.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.tokens;
