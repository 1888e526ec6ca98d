package io.weir.quota.price;

/// Tokens of one request, in classes that do not overlap, so that each token is priced once.
///
/// @param input that no cache served
/// @param cacheWrite5m that are cached for five minutes
/// @param cacheWrite1h that are cached for an hour
/// @param output without those of reasoning and audio
public record Tokens(
        long input,
        long cacheRead,
        long cacheWrite5m,
        long cacheWrite1h,
        long output,
        long outputReasoning,
        long audioIn,
        long audioOut) {

    public static final Tokens NONE = new Tokens(0, 0, 0, 0, 0, 0, 0, 0);

    private static final TokenClass[] CLASSES = TokenClass.values();

    public Tokens {
        if ((input | cacheRead | cacheWrite5m | cacheWrite1h) < 0
                || (output | outputReasoning | audioIn | audioOut) < 0) {
            throw new IllegalArgumentException("Tokens are never negative");
        }
    }

    public long of(TokenClass tokenClass) {
        return switch (tokenClass) {
            case INPUT -> input;
            case CACHE_READ -> cacheRead;
            case CACHE_WRITE_5M -> cacheWrite5m;
            case CACHE_WRITE_1H -> cacheWrite1h;
            case OUTPUT -> output;
            case OUTPUT_REASONING -> outputReasoning;
            case AUDIO_IN -> audioIn;
            case AUDIO_OUT -> audioOut;
        };
    }

    /// Of all classes, like each sum of tokens at most the largest `long`.
    public long total() {
        long total = 0;
        for (TokenClass each : CLASSES) {
            total = sum(total, of(each));
        }
        return total;
    }

    public Tokens plus(Tokens more) {
        return new Tokens(
                sum(input, more.input),
                sum(cacheRead, more.cacheRead),
                sum(cacheWrite5m, more.cacheWrite5m),
                sum(cacheWrite1h, more.cacheWrite1h),
                sum(output, more.output),
                sum(outputReasoning, more.outputReasoning),
                sum(audioIn, more.audioIn),
                sum(audioOut, more.audioOut));
    }

    /// Of two numbers that are not negative.
    public static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }
}
