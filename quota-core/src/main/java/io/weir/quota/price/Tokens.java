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

    public Tokens {
        if ((input | cacheRead | cacheWrite5m | cacheWrite1h) < 0
                || (output | outputReasoning | audioIn | audioOut) < 0) {
            throw new IllegalArgumentException("Tokens are never negative");
        }
    }
}
