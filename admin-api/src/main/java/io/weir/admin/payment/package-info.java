/// Top-ups that a reseller pays by itself, at a payment provider.
///
/// A checkout is a page of the provider's on which one amount is paid. It is opened there first and
/// put down here in the transaction that answers with its address, so nobody can pay at one that is
/// not known here. The provider tells what became of it by a signed call, which needs no token:
/// what was paid is booked by the ledger's own top-up, in the transaction that makes the checkout
/// paid, under the lock of its row. However often, late or out of order a call comes, it is booked
/// once.
///
/// What is booked is what stands here, and only if the provider was paid exactly what it was asked
/// for, in its own units. Whatever was paid beside that is not credited but counted and logged, for
/// the operator to refund: no repetition would mend it, so the provider is told that it was heard.
///
/// The provider's client blocks. It runs on a few threads of its own and is given up after a while;
/// as the transaction is open meanwhile, those few are also all the connections that a provider
/// which hangs can hold. An attempt whose answer was lost is repeated under the same
/// `Idempotency-Key`, and the provider, which gets a digest of it, opens no second checkout.
///
/// Providers are behind [io.weir.admin.payment.PaymentProvider]; a second one is another
/// implementation and another path for its calls.
@org.jspecify.annotations.NullMarked
package io.weir.admin.payment;
