/// What a request can cost at most, and what it did cost.
///
/// A route has a `Meter`, from its filter: each request is one, or costs what the upstream states,
/// or is a call of a language model. `Tariffs` makes of the meter, the price book and the request a
/// `Cost`: what is to be set aside. Its `Bill` reads the answer and says what was used. What holds:
/// - A bill never says more than is possible: what an answer states is bounded by what was asked.
/// - What can't be read is charged as documented, never as nothing by accident.
/// - Tokens are in disjoint classes, so that they can be added up and priced one by one.
///
/// Reading is left to `io.weir.gateway.tokens`, deciding to `io.weir.gateway.enforcement`.
@org.jspecify.annotations.NullMarked
package io.weir.gateway.metering;
