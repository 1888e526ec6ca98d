package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import java.util.function.LongSupplier;

/// [Rate] as admission uses it today: it goes once admission takes the time along.
public final class TokenRate {

    private final Rate rate;
    private final LongSupplier nanoTime;

    TokenRate(Rate rate, LongSupplier nanoTime) {
        this.rate = rate;
        this.nanoTime = nanoTime;
    }

    public TokenBucket policy() {
        return rate.policy();
    }

    public boolean holds(long tokens) {
        return rate.verdict(tokens, nanoTime.getAsLong()) == Verdict.ADMITS;
    }

    public boolean tryConsume(long tokens) {
        return rate.tryConsume(tokens, nanoTime.getAsLong());
    }

    public void putBack(long tokens) {
        rate.putBack(tokens);
    }

    public Consumption estimate(long tokens) {
        return rate.estimate(tokens);
    }
}
