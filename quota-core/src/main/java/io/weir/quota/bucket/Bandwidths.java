package io.weir.quota.bucket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.MathType;
import io.weir.quota.cluster.Share;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import java.time.Duration;

/// Bucket4j's form of our policies. Equal ones are one object, however many buckets share them.
public final class Bandwidths {

    private static final Cache<Shape, BucketConfiguration> SHARED =
            Caffeine.newBuilder().weakValues().build();

    private Bandwidths() {}

    /// What a bucket holds and how it fills. A node's [Share] may have a capacity of 0.
    record Shape(long capacity, long refillTokens, Duration refillPeriod) {

        Shape {
            // Bucket4j's limit, beyond which nobody could tell a difference
            refillTokens = Math.clamp(refillTokens, 1, refillPeriod.toNanos());
        }

        static Shape of(TokenBucket policy) {
            return new Shape(policy.capacity(), policy.refillTokens(), policy.refillPeriod());
        }

        /// The part of one node. Where there is less than one token of refill for each node, but
        /// each may hold one, every node gets all of them in as many periods as there are nodes: a
        /// node with capacity is never left without refill.
        static Shape of(TokenBucket policy, Share share) {
            int nodes = share.nodes();
            long capacity = share.of(policy.capacity());
            long period = policy.refillPeriod().toNanos();
            boolean stretched = policy.refillTokens() < nodes && policy.capacity() >= nodes;
            return stretched && period < Long.MAX_VALUE / nodes
                    ? new Shape(capacity, policy.refillTokens(), Duration.ofNanos(period * nodes))
                    : new Shape(capacity, share.of(policy.refillTokens()), policy.refillPeriod());
        }

        /// How long an empty bucket takes to fill.
        long fillNanos() {
            double periods = (double) capacity / refillTokens;
            return (long) (refillPeriod.toNanos() * periods);
        }

        /// Bucket4j knows no bucket without capacity: who uses one of those must refuse by itself.
        BucketConfiguration configuration() {
            return SHARED.get(this, Shape::build);
        }

        private BucketConfiguration build() {
            return BucketConfiguration.builder()
                    .addLimit(
                            limit ->
                                    limit.capacity(Math.max(1, capacity))
                                            .refillGreedy(refillTokens, refillPeriod))
                    .build();
        }
    }

    public static BucketConfiguration of(TokenBucket policy) {
        return Shape.of(policy).configuration();
    }

    /// A full bucket.
    public static BucketState full(BucketConfiguration configuration, long nanos) {
        return BucketState.createInitialState(configuration, MathType.INTEGER_64_BITS, nanos);
    }

    /// A bucket of a changed policy in which what was consumed stays consumed, so that no sequence
    /// of edits gives anything back. None of Bucket4j's inheritance strategies do that when the
    /// capacity shrinks.
    public static BucketState changed(
            BucketState before, BucketConfiguration configuration, long nanos) {
        before.refillAllBandwidth(nanos);
        long consumed =
                before.getConfiguration().getBandwidths()[0].getCapacity()
                        - before.getAvailableTokens();
        BucketState after = full(configuration, nanos);
        after.consume(consumed);
        return after;
    }
}
