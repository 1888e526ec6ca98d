package io.weir.quota.bucket;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import reactor.test.scheduler.VirtualTimeScheduler;

/// Nodes that share one bucket in memory, on a clock that is moved by hand.
final class Cluster {

    static final PolicyName RATE = new PolicyName("rate");
    static final Duration BUDGET = Duration.ofMillis(5);

    final Subject alice = new Subject(SubjectKind.KEY, UUID.randomUUID());
    final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    final MemoryBuckets store = new MemoryBuckets(this::now);
    final List<MemoryBuckets.Line> lines = new ArrayList<>();
    final List<SharedRates> nodes = new ArrayList<>();
    final List<Rate> rates = new ArrayList<>();
    private long started = 1;

    Cluster(int size, TokenBucket policy) {
        for (int rank = 0; rank < size; rank++) {
            var local = new TokenBuckets(this::now);
            local.share(rank, size);
            var line = store.new Line();
            lines.add(line);
            var node = new SharedRates(line, local, BUDGET, this::now, timer);
            nodes.add(node);
            rates.add(node.rate(alice, policy, 1));
        }
    }

    static TokenBucket perSecond(long capacity, long refill) {
        return new TokenBucket(
                RATE,
                io.weir.quota.policy.QuotaUnit.REQUESTS,
                capacity,
                refill,
                Duration.ofSeconds(1));
    }

    static TokenBucket perMinute(long tokens) {
        return TokenBucket.perMinute(RATE, tokens);
    }

    long now() {
        return timer.now(java.util.concurrent.TimeUnit.NANOSECONDS) + started;
    }

    void pass(Duration time) {
        timer.advanceTimeBy(time);
    }

    /// What a request does: reads, asks if it must, and takes.
    boolean request(int node, long tokens) {
        Rate rate = rates.get(node);
        for (int i = 0; i < 3; i++) {
            switch (rate.verdict(tokens, now())) {
                case ADMITS -> {
                    return rate.tryConsume(tokens, now());
                }
                case REFUSES -> {
                    return false;
                }
                case ASK -> rate.ask(tokens).subscribe();
            }
        }
        return rate.verdict(tokens, now()) == Verdict.ADMITS && rate.tryConsume(tokens, now());
    }

    /// How many of some requests a node admits.
    long admitted(int node, int requests) {
        long admitted = 0;
        for (int i = 0; i < requests; i++) {
            admitted += request(node, 1) ? 1 : 0;
        }
        return admitted;
    }

    long inStore() {
        return store.available(alice, RATE);
    }
}
