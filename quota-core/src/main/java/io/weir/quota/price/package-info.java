/// What requests cost, in credits: the price book, and the tokens it prices. A credit is one unit
/// of the reseller's currency at client price; amounts are nano-units of it, as `long`.
///
/// Prices only turn counts into amounts. What is set aside before a request, and what is charged
/// after it, is the gateway's decision.
@org.jspecify.annotations.NullMarked
package io.weir.quota.price;
