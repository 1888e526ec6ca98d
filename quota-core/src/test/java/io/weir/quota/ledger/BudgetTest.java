package io.weir.quota.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {

    private final Budget hundredForSixty = Budget.of(new Ratio(nanos("100"), nanos("60")));

    @Test
    void whatIsSpentEarnsTheMargin() {
        Budget spent = hundredForSixty.spend(nanos("34.20"));

        assertThat(spent.profit()).isEqualTo(nanos("13.68"));
        assertThat(spent.consumed()).isEqualTo(nanos("20.52"));
        assertThat(spent.remaining()).isEqualTo(nanos("65.80"));
        assertThat(spent.unspentCost()).isEqualTo(nanos("39.48"));
    }

    @Test
    void aTopUpCostsItsPart() {
        Budget more = hundredForSixty.spend(nanos("34.20")).topUp(nanos("50"));

        assertThat(more.cost() - hundredForSixty.cost()).isEqualTo(nanos("30"));
        assertThat(more.price()).isEqualTo(nanos("150"));
        assertThat(more.unspentCost()).isEqualTo(nanos("69.48"));
    }

    @ParameterizedTest
    @CsvSource({
        "100, 60, 5, 3, 40",
        "100, 33.33, 10000, 3333, 66.67",
        "1, 1, 1, 1, 0",
        "3, 2, 3, 2, 33.33",
        "9223372036.854775807, 0.000000001, 9223372036854775807, 1, 100",
        "9223372036.854775807, 9223372036.854775806, 9223372036854775807, 9223372036854775806, 0"
    })
    void theRatioIsExactAndTheMarginFollows(
            String price, String cost, long p, long c, String margin) {
        var ratio = new Ratio(nanos(price), nanos(cost));

        assertThat(ratio.reduced()).isEqualTo(new Ratio(p, c));
        assertThat(ratio.marginPercent().toString()).isEqualTo(margin);
        assertThat(ratio.isWithoutMarkup()).isEqualTo(p == c);
    }

    @ParameterizedTest
    @CsvSource({"100, 0", "100, -1", "100, 101", "0, 0", "-1, -1"})
    void aCostIsAPartOfThePrice(long price, long cost) {
        assertThatThrownBy(() -> new Ratio(price, cost))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingIsSpentBeyondTheBudgetAndNothingWraps() {
        var widest = Budget.of(new Ratio(Long.MAX_VALUE, Long.MAX_VALUE - 1));

        assertThat(widest.spend(Long.MAX_VALUE).unspentCost()).isZero();
        assertThatThrownBy(() -> widest.topUp(1)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> widest.spend(1).spend(Long.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> hundredForSixty.spend(nanos("100.000000001")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hundredForSixty.spend(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Each cost against arithmetic of any width, and the sum of all against the whole.
    @Test
    void howeverAWholeIsPartedThePartsSumToIt() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            long price = 1 + (random.nextLong() >>> (1 + random.nextInt(62)));
            long cost = 1 + Math.floorMod(random.nextLong(), price);
            var ratio = new Ratio(price, cost);
            long units = random.nextLong() >>> (1 + random.nextInt(62));
            long reached = 0;
            long sum = 0;
            for (int part = 0; part < 20; part++) {
                long step = part == 19 ? units - reached : random.nextLong(units - reached + 1);
                sum += ratio.costBetween(reached, step);
                reached += step;
            }
            assertThat(sum).as("seed %d", seed).isEqualTo(exactly(ratio, units));
        }
    }

    private static long exactly(Ratio ratio, long units) {
        return BigInteger.valueOf(units)
                .multiply(BigInteger.valueOf(ratio.cost()))
                .divide(BigInteger.valueOf(ratio.price()))
                .longValueExact();
    }

    private static long nanos(String decimal) {
        return new BigDecimal(decimal).movePointRight(9).longValueExact();
    }
}
