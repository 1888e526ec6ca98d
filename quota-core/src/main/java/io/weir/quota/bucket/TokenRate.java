package io.weir.quota.bucket;

import io.github.bucket4j.EstimationProbe;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import java.time.Duration;
import reactor.core.publisher.Mono;

/// One subject's bucket, whether it is in memory at the moment or not.
final class TokenRate implements Rate {

    private final TokenBuckets buckets;
    private final Object key;
    private final TokenBucket policy;

    TokenRate(TokenBuckets buckets, Object key, TokenBucket policy) {
        this.buckets = buckets;
        this.key = key;
        this.policy = policy;
    }

    @Override
    public TokenBucket policy() {
        return policy;
    }

    @Override
    public Verdict verdict(long tokens, long nanoTime) {
        return buckets.bucket(key, policy).getAvailableTokens() >= Math.max(1, tokens)
                ? Verdict.ADMITS
                : Verdict.REFUSES;
    }

    @Override
    public boolean tryConsume(long tokens, long nanoTime) {
        return tokens == 0 || buckets.bucket(key, policy).tryConsume(tokens);
    }

    @Override
    public void putBack(long tokens) {
        if (tokens > 0) {
            buckets.bucket(key, policy).addTokens(tokens);
        }
    }

    @Override
    public void settle(long reserved, long used) {
        if (used > reserved) {
            buckets.bucket(key, policy).consumeIgnoringRateLimits(used - reserved);
        } else {
            putBack(reserved - used);
        }
    }

    @Override
    public Mono<Void> ask(long tokens) {
        return Mono.empty();
    }

    @Override
    public Consumption estimate(long tokens) {
        EstimationProbe probe = buckets.bucket(key, policy).estimateAbilityToConsume(tokens);
        return new Consumption(
                Math.max(0, probe.getRemainingTokens()),
                Duration.ofNanos(probe.canBeConsumed() ? 0 : probe.getNanosToWaitForRefill()));
    }
}
