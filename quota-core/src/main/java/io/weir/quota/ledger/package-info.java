/// Money: what a key's budget costs, and what its spending earns. Pure; the books themselves are
/// kept by the database, in the functions of `R__ledger.sql`.
///
/// **Units.** Nano-units of one currency, as `long`. What would not fit is refused, never wrapped.
///
/// **Accounts**, all of a reseller, so that resellers never wait for each other's rows in one:
///
/// | | of | holds |
/// |---|---|---|
/// | `cash` | reseller | what it paid in, owed: less than zero |
/// | `balance` | reseller | what it may still buy budgets for |
/// | `reserve` | key | the cost that was put aside for what is left of its budget |
/// | `revenue` | reseller | the cost of what its keys spent: the provider's |
/// | `sold` | key | what its client bought, owed: less than zero |
/// | `budget` | key | what its client may still spend, in client price |
/// | `consumed`, `margin` | key | what was spent, as its cost and the reseller's profit |
/// | `commission` | reseller | what its referees' consumption earns it |
/// | `suspense` | reseller | what lost gateways held, until it is decided over |
///
/// **Entries** move an amount from one account to another of the same currency. Hence whatever is
/// booked sums to zero, by its form. A balance is the sum of its entries, kept beside them under
/// the constraint that what is available of it is never negative, at no moment.
///
/// | | cost | client price |
/// |---|---|---|
/// | top-up | cash to balance | |
/// | budget | balance to reserve | sold to budget |
/// | spending | reserve to revenue | budget to consumed and margin |
/// | commission | a referee's revenue to its referrer's commission | |
/// | forfeit | | budget to suspense, or back |
/// | return | reserve to balance | budget to sold |
///
/// **Spending.** To the gateways a budget is a quota like others, leased and counted in its
/// counter; no request and no report waits for the ledger. What the counter says is spent and the
/// books do not yet, and what is leased, is reserved on the key's budget: what nobody holds is
/// available to others, and it is never negative. Every so often what is spent is booked, one sum
/// for each key. A budget's answers come from its counter, and so are live; the books follow.
///
/// **Rounding** is stated once: whatever sum of client price was reached, its cost is that sum
/// times cost over price, rounded down; a step costs the difference between two such sums. So no
/// sequence of steps creates or loses a nano-unit, whatever its parts.
///
/// **Order.** Every booking holds the lock of the ledger's head, from before it touches an account
/// to its commit. That makes positions gapless and the chain of hashes one, and it is why gateways
/// book what was spent in sums, not request by request.
@org.jspecify.annotations.NullMarked
package io.weir.quota.ledger;
