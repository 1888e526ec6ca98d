package io.weir.quota.bucket;

import io.github.bucket4j.BucketState;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The shared buckets of a cluster in memory, with replies that can be held back or lost.
final class MemoryBuckets implements BucketStore {

    private record Key(Subject subject, PolicyName policy) {}

    private final LongSupplier nanoTime;
    private final Map<Key, BucketState> buckets = new HashMap<>();
    private final Map<Key, Long> versions = new HashMap<>();
    private final Map<Key, Long> lives = new HashMap<>();
    private final Queue<Runnable> held = new ArrayDeque<>();

    /// Whether replies wait for [#reply()].
    boolean holding;

    /// Whether claims are applied, but their replies lost.
    boolean losing;

    boolean away;
    int overdue;
    private long lost;
    int calls;

    MemoryBuckets(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public Mono<Grant> exchange(Claim claim) {
        calls++;
        if (away) {
            return Mono.error(new IllegalStateException("away"));
        }
        Grant grant = apply(claim);
        if (losing) {
            return Mono.error(new IllegalStateException("lost"));
        }
        if (!holding) {
            return Mono.just(grant);
        }
        Sinks.One<Grant> reply = Sinks.one();
        held.add(() -> reply.tryEmitValue(grant));
        return reply.asMono();
    }

    void reply() {
        for (int i = held.size(); i > 0; i--) {
            held.remove().run();
        }
    }

    /// Loses everything.
    void flush() {
        buckets.clear();
        versions.clear();
        lives.clear();
        lost++;
    }

    /// The same buckets, as one node reaches them.
    final class Line implements BucketStore {

        boolean cut;

        @Override
        public Mono<Grant> exchange(Claim claim) {
            return cut
                    ? Mono.error(new IllegalStateException("cut"))
                    : MemoryBuckets.this.exchange(claim);
        }

        @Override
        public boolean isAway() {
            return cut || away;
        }

        @Override
        public void overdue() {
            MemoryBuckets.this.overdue();
        }
    }

    /// What a bucket holds, without what the nodes have taken from it.
    long available(Subject subject, PolicyName policy) {
        BucketState bucket = buckets.get(new Key(subject, policy));
        if (bucket == null) {
            throw new IllegalStateException("Nobody used " + subject);
        }
        bucket.refillAllBandwidth(nanoTime.getAsLong());
        return bucket.getAvailableTokens();
    }

    private Grant apply(Claim claim) {
        long now = nanoTime.getAsLong();
        var key = new Key(claim.subject(), claim.policy().name());
        var configuration = Bandwidths.of(claim.policy());
        BucketState bucket = buckets.computeIfAbsent(key, _ -> Bandwidths.full(configuration, now));
        if (versions.merge(key, claim.version(), Math::max) == claim.version()
                && !bucket.getConfiguration().equals(configuration)) {
            bucket = Bandwidths.changed(bucket, configuration, now);
            buckets.put(key, bucket);
        }
        return claim.applyTo(bucket, lives.computeIfAbsent(key, _ -> lost + 1), now);
    }

    @Override
    public boolean isAway() {
        return away;
    }

    @Override
    public void overdue() {
        overdue++;
    }
}
