package io.weir.quota.ledger;

/// What a key may spend, in client price, and what that costs its reseller.
///
/// @param price all that its client bought so far
/// @param spent of it
public record Budget(Ratio ratio, long price, long spent) {

    public Budget {
        if (spent < 0 || spent > price) {
            throw new IllegalArgumentException(spent + " spent of " + price);
        }
    }

    /// As it is first sold.
    public static Budget of(Ratio ratio) {
        return new Budget(ratio, ratio.price(), 0);
    }

    public long remaining() {
        return price - spent;
    }

    /// All that its reseller paid for it so far.
    public long cost() {
        return ratio.costOf(price);
    }

    /// The cost of what is spent.
    public long consumed() {
        return ratio.costOf(spent);
    }

    /// What the reseller earned by what is spent.
    public long profit() {
        return spent - consumed();
    }

    /// The cost that comes back when its key is deleted.
    public long unspentCost() {
        return cost() - consumed();
    }

    public Budget spend(long units) {
        return new Budget(ratio, price, Math.addExact(spent, units));
    }

    public Budget topUp(long units) {
        return new Budget(ratio, Math.addExact(price, units), spent);
    }
}
