package io.weir.quota.price;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// What a request of one route and model costs.
///
/// @param perRequest nano-units for each request
/// @param perMillion for its tokens; absent where they cost nothing
public record Price(long perRequest, @Nullable PerMillion perMillion) {

    private static final long MILLION = 1_000_000;
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /// Nano-units for a million tokens. A class without a price of its own takes that of input or
    /// output.
    public record PerMillion(
            long input, long cacheRead, long cacheWrite5m, long cacheWrite1h, long output) {

        /// @param input absent for nothing, like output; the others as input where absent
        public static PerMillion of(
                @Nullable Long input,
                @Nullable Long cacheRead,
                @Nullable Long cacheWrite5m,
                @Nullable Long cacheWrite1h,
                @Nullable Long output) {
            long in = or(input, 0);
            return new PerMillion(
                    in,
                    or(cacheRead, in),
                    or(cacheWrite5m, in),
                    or(cacheWrite1h, in),
                    or(output, 0));
        }

        /// What a token costs at most that is read.
        long dearestInput() {
            return Math.max(Math.max(input, cacheRead), Math.max(cacheWrite5m, cacheWrite1h));
        }

        private static long or(@Nullable Long stated, long otherwise) {
            return stated == null ? otherwise : stated;
        }
    }

    public Price {
        if (perRequest < 0) {
            throw new IllegalArgumentException("A price of " + perRequest);
        }
    }

    /// All of a request, in nano-units: rounded up, once, so that what costs something is never
    /// free. What does not fit is the largest `long`.
    public long of(Tokens tokens) {
        return BigInteger.valueOf(millionths(tokens))
                .add(BigInteger.valueOf(perRequest))
                .min(MOST)
                .longValueExact();
    }

    /// The most that a request of so many tokens can cost, whatever classes they turn out to be of.
    public long atMost(long input, long output) {
        PerMillion each = perMillion;
        return each == null
                ? perRequest
                : rounded(product(input, each.dearestInput()).add(product(output, each.output)))
                        .add(BigInteger.valueOf(perRequest))
                        .min(MOST)
                        .longValueExact();
    }

    /// The most tokens of output that so many nano-units pay for, with the input; 0 if they do not
    /// pay for that either.
    public long outputWithin(long nanos, long input) {
        PerMillion each = perMillion;
        if (each == null || each.output == 0) {
            return atMost(input, 0) <= nanos ? Long.MAX_VALUE : 0;
        }
        return BigInteger.valueOf(nanos)
                .subtract(BigInteger.valueOf(perRequest))
                .multiply(BigInteger.valueOf(MILLION))
                .subtract(product(input, each.dearestInput()))
                .max(BigInteger.ZERO)
                .divide(BigInteger.valueOf(each.output))
                .min(MOST)
                .longValueExact();
    }

    private long millionths(Tokens tokens) {
        PerMillion each = perMillion;
        if (each == null) {
            return 0;
        }
        BigInteger sum =
                product(tokens.input(), each.input)
                        .add(product(tokens.audioIn(), each.input))
                        .add(product(tokens.cacheRead(), each.cacheRead))
                        .add(product(tokens.cacheWrite5m(), each.cacheWrite5m))
                        .add(product(tokens.cacheWrite1h(), each.cacheWrite1h))
                        .add(product(tokens.output(), each.output))
                        .add(product(tokens.outputReasoning(), each.output))
                        .add(product(tokens.audioOut(), each.output));
        return rounded(sum).min(MOST).longValueExact();
    }

    private static BigInteger rounded(BigInteger millionths) {
        return millionths.add(BigInteger.valueOf(MILLION - 1)).divide(BigInteger.valueOf(MILLION));
    }

    private static BigInteger product(long tokens, long price) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price));
    }
}
