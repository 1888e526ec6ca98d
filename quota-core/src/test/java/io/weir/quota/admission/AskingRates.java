package io.weir.quota.admission;

import io.weir.quota.bucket.Consumption;
import io.weir.quota.bucket.Rate;
import io.weir.quota.bucket.Rates;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;

/// Buckets that have to be asked, whenever one looks, and a share of each for when that was in
/// vain.
final class AskingRates implements Rates {

    private final AtomicLong share;
    Runnable asked = () -> {};

    AskingRates(long share) {
        this.share = new AtomicLong(share);
    }

    @Override
    public Rate rate(Subject subject, TokenBucket policy, long version) {
        return new Asking(policy, share, Mono.fromRunnable(() -> asked.run()));
    }

    @Override
    public long size() {
        return 0;
    }

    private record Asking(TokenBucket policy, AtomicLong share, Mono<Void> answer) implements Rate {

        @Override
        public Verdict verdict(long tokens, long nanoTime) {
            return Verdict.ASK;
        }

        @Override
        public boolean tryConsume(long tokens, long nanoTime) {
            return false;
        }

        @Override
        public boolean tryConsumeUnasked(long tokens, long nanoTime) {
            return share.getAndUpdate(left -> Math.max(0, left - tokens)) >= tokens;
        }

        @Override
        public void putBack(long tokens) {
            share.addAndGet(tokens);
        }

        @Override
        public void settle(long reserved, long used) {}

        @Override
        public Consumption estimate(long tokens) {
            return new Consumption(policy.capacity(), Duration.ZERO);
        }

        @Override
        public Mono<Void> ask(long tokens) {
            return answer;
        }
    }
}
