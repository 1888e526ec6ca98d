package io.weir.quota.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// What a client pays, and what of it the reseller pays itself, in nano-units: a ratio that is
/// locked for the life of a key.
public record Ratio(long price, long cost) {

    private static final int PERCENT_DIGITS = 2;

    public Ratio {
        if (cost <= 0 || cost > price) {
            throw new IllegalArgumentException("A cost of " + cost + " for a price of " + price);
        }
    }

    /// In lowest terms.
    public Ratio reduced() {
        long divisor = BigInteger.valueOf(price).gcd(BigInteger.valueOf(cost)).longValueExact();
        return new Ratio(price / divisor, cost / divisor);
    }

    /// The cost of the first units of client price, rounded down.
    public long costOf(long units) {
        if (units < 0) {
            throw new IllegalArgumentException("A price of " + units);
        }
        long high = Math.multiplyHigh(units, cost);
        long low = units * cost;
        // Otherwise the product takes more than 63 bits; the quotient still fits, as cost <= price.
        return high == 0 && low >= 0
                ? low / price
                : BigInteger.valueOf(units)
                        .multiply(BigInteger.valueOf(cost))
                        .divide(BigInteger.valueOf(price))
                        .longValueExact();
    }

    /// The cost of the units that follow so many. However they are parted, the parts' costs sum to
    /// the cost of the whole.
    public long costBetween(long before, long units) {
        return costOf(Math.addExact(before, units)) - costOf(before);
    }

    /// (price - cost) / price.
    public BigDecimal marginPercent() {
        BigDecimal percent =
                BigDecimal.valueOf(price - cost)
                        .movePointRight(2)
                        .divide(BigDecimal.valueOf(price), PERCENT_DIGITS, RoundingMode.HALF_UP)
                        .stripTrailingZeros();
        return percent.scale() < 0 ? percent.setScale(0) : percent;
    }

    public boolean isWithoutMarkup() {
        return cost == price;
    }
}
