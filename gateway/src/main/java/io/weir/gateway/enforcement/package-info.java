/// Whether a request may pass, what its caller is told, and what becomes of what was set aside.
///
/// ```
/// QuotaFilter -> Pricing -> Admission -> Serving -> upstream
///                                           |
///               SettlingResponse, or ModelResponse with its AnswerFlow
///                                           |
///                                 Admitting -> Settling
/// ```
///
/// It owns each admitted request, as an `Admitting`, from its admission to its end. What holds:
/// - Whatever happens, a request is settled once, or released once if it never reached the
///   upstream. Complete, error, cancel and expiry may all notice its end; the first counts.
/// - Nothing is charged beyond what was set aside, and nothing is set aside that the limits do not
///   have. A stream without a stated bound gets more in steps; where there is none, it ends.
/// - An answer is passed on as it arrives, but for a plain one that is short and states its length,
///   which is passed on as a whole. Whole events are put together only where one of them has to be
///   hidden or a stream may have to end.
/// - The bytes of an answer belong to whoever was given them last: what is not passed on is
///   released.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.enforcement;
