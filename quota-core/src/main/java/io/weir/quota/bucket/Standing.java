package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;

/// How a shared bucket stood when it was last heard of. Until somebody puts tokens back it can only
/// hold less than what has flowed in since, so that what it lacks is known without asking.
///
/// @param life of the bucket that was heard of; 0 if none was
/// @param at of the monotonic clock, before it was asked
/// @param nextNanos until it held one more
record Standing(long life, long remaining, long at, long nextNanos) {

    /// How long until there may be as many tokens.
    long waitNanos(long tokens, TokenBucket policy, long now) {
        if (tokens > policy.capacity()) {
            return Long.MAX_VALUE;
        }
        if (tokens <= remaining) {
            return 0;
        }
        double perToken = (double) policy.refillPeriod().toNanos() / policy.refillTokens();
        double whole = nextNanos + (tokens - remaining - 1) * perToken;
        return Math.max(0, (long) whole - (now - at));
    }

    /// What it holds by now, if nobody takes any.
    long estimate(TokenBucket policy, long now) {
        double perNano = (double) policy.refillTokens() / policy.refillPeriod().toNanos();
        long since = now - at - nextNanos;
        long flowed = since < 0 ? 0 : 1 + (long) (since * perNano);
        return Math.min(policy.capacity(), remaining + flowed);
    }
}
