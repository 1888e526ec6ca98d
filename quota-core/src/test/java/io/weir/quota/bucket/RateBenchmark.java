package io.weir.quota.bucket;

import io.github.bucket4j.local.LocalBucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import reactor.core.scheduler.Schedulers;

/// What a decision and a bucket cost. Run its `main`; it prints nanoseconds for reading and taking,
/// on one bucket from one thread and from two, and bytes for a bucket.
final class RateBenchmark {

    private static final int ROUNDS = 5;
    private static final int CALLS = 5_000_000;
    private static final int BUCKETS = 1_000_000;
    private static final long PLENTY = 6_000_000_000L;

    private RateBenchmark() {}

    public static void main(String[] arguments) throws InterruptedException {
        for (var strategy : SynchronizationStrategy.values()) {
            LocalBucket bucket =
                    io.github.bucket4j.Bucket.builder()
                            .withNanosecondPrecision()
                            .withSynchronizationStrategy(strategy)
                            .addLimit(Bandwidths.of(policy()).getBandwidths()[0])
                            .build();
            measure(strategy.name(), () -> bucket.getAvailableTokens() > 0 && bucket.tryConsume(1));
        }
        Rate rate = new TokenBuckets(System::nanoTime).rate(subject(0), policy(), 1);
        measure("ours", () -> request(rate));
        SharedRates sharing = sharing();
        Rate shared = sharing.rate(subject(0), policy(), 1);
        measure("shared", () -> request(shared));
        bytes("local", new TokenBuckets(System::nanoTime));
        bytes("shared", sharing);
        Schedulers.shutdownNow();
    }

    private static SharedRates sharing() {
        return new SharedRates(
                new MemoryBuckets(System::nanoTime),
                new TokenBuckets(System::nanoTime),
                Duration.ofSeconds(1),
                System::nanoTime,
                Schedulers.parallel());
    }

    private static boolean request(Rate rate) {
        long now = System.nanoTime();
        while (rate.verdict(1, now) != Verdict.ADMITS || !rate.tryConsume(1, now)) {
            rate.ask(1).subscribe();
            now = System.nanoTime();
        }
        return true;
    }

    private static void measure(String name, BooleanSupplier call) throws InterruptedException {
        for (int threads = 1; threads <= 2; threads++) {
            long best = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                best = Math.min(best, round(call, threads));
            }
            System.out.printf("%-13s %d threads: %d ns a call%n", name, threads, best / CALLS);
        }
    }

    private static long round(BooleanSupplier call, int threads) throws InterruptedException {
        var done = new CountDownLatch(threads);
        long start = System.nanoTime();
        for (int thread = 0; thread < threads; thread++) {
            Thread.ofPlatform()
                    .start(
                            () -> {
                                for (int i = 0; i < CALLS; i++) {
                                    if (!call.getAsBoolean()) {
                                        throw new IllegalStateException("The bucket is empty");
                                    }
                                }
                                done.countDown();
                            });
        }
        done.await();
        return System.nanoTime() - start;
    }

    private static void bytes(String name, Rates buckets) {
        var subjects = new Subject[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            subjects[i] = subject(i);
        }
        var rates = new Rate[BUCKETS];
        TokenBucket policy = policy();
        long before = used();
        for (int i = 0; i < BUCKETS; i++) {
            rates[i] = buckets.rate(subjects[i], policy, 1);
        }
        long after = used();
        System.out.printf(
                "%-13s %d bytes a bucket of %d%n", name, (after - before) / BUCKETS, rates.length);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Subject subject(long number) {
        return new Subject(SubjectKind.KEY, new UUID(0, number));
    }

    private static TokenBucket policy() {
        return TokenBucket.perMinute(new PolicyName("rpm"), PLENTY);
    }
}
