package io.weir.quota.bucket;

import io.github.bucket4j.EstimationProbe;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import java.time.Duration;

/// One subject's bucket, whether it is in memory at the moment or not.
public final class TokenRate {

    private final TokenBuckets buckets;
    private final Object key;
    private final TokenBucket policy;

    TokenRate(TokenBuckets buckets, Object key, TokenBucket policy) {
        this.buckets = buckets;
        this.key = key;
        this.policy = policy;
    }

    public TokenBucket policy() {
        return policy;
    }

    public boolean holds(long tokens) {
        return buckets.bucket(key, policy).getAvailableTokens() >= tokens;
    }

    public boolean tryConsume(long tokens) {
        return buckets.bucket(key, policy).tryConsume(tokens);
    }

    /// Puts back what a request took that was then refused by another policy.
    public void putBack(long tokens) {
        buckets.bucket(key, policy).addTokens(tokens);
    }

    /// What is there now, and how long until there are `tokens`.
    public Consumption estimate(long tokens) {
        EstimationProbe probe = buckets.bucket(key, policy).estimateAbilityToConsume(tokens);
        return new Consumption(
                Math.max(0, probe.getRemainingTokens()),
                Duration.ofNanos(probe.canBeConsumed() ? 0 : probe.getNanosToWaitForRefill()));
    }
}
