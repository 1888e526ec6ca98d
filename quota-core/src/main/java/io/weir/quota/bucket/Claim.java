package io.weir.quota.bucket;

import io.github.bucket4j.BucketState;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;

/// What one node tells and asks a shared bucket, in one step.
///
/// @param version of the configuration the policy was read at
/// @param memory of the bucket, in case it is another now
/// @param debt tokens that were used beyond what was taken
/// @param returned tokens that were taken and not used
/// @param least fewer tokens are of no use, and none are taken then
/// @param most tokens to take if there are as many; 0 to take none
public record Claim(
        Subject subject,
        TokenBucket policy,
        long version,
        Memory memory,
        long debt,
        long returned,
        long least,
        long most) {

    public Claim {
        if (debt < 0 || returned < 0 || least < 0 || most < least) {
            throw new IllegalArgumentException(
                    "A claim must be for 0 or more, was: %d, %d, %d to %d"
                            .formatted(debt, returned, least, most));
        }
    }

    /// Applies this to a bucket that already has this policy.
    ///
    /// @param life of the bucket, never 0
    public Grant applyTo(BucketState bucket, long life, long nanos) {
        bucket.refillAllBandwidth(nanos);
        long excess = memory.excess(bucket.getAvailableTokens(), life);
        if (excess > 0) {
            bucket.consume(excess);
        }
        if (returned > 0) {
            bucket.addTokens(returned);
        }
        if (debt > 0) {
            bucket.consume(debt);
        }
        long available = bucket.getAvailableTokens();
        long granted = available < least ? 0 : Math.min(most, Math.max(0, available));
        if (granted > 0) {
            bucket.consume(granted);
        }
        long remaining = available - granted;
        return new Grant(
                life,
                granted,
                remaining,
                bucket.calculateDelayNanosAfterWillBePossibleToConsume(
                        remaining + 1, nanos, false));
    }
}
