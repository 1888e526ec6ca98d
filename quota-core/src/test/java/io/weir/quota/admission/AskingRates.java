package io.weir.quota.admission;

import io.weir.quota.bucket.Consumption;
import io.weir.quota.bucket.Rate;
import io.weir.quota.bucket.Rates;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import java.time.Duration;
import reactor.core.publisher.Mono;

/// Buckets that have to be asked, whenever one looks.
final class AskingRates implements Rates {

    @Override
    public Rate rate(Subject subject, TokenBucket policy, long version) {
        return new Asking(policy);
    }

    @Override
    public long size() {
        return 0;
    }

    private record Asking(TokenBucket policy) implements Rate {

        @Override
        public Verdict verdict(long tokens, long nanoTime) {
            return Verdict.ASK;
        }

        @Override
        public boolean tryConsume(long tokens, long nanoTime) {
            return false;
        }

        @Override
        public void putBack(long tokens) {}

        @Override
        public void settle(long reserved, long used) {}

        @Override
        public Consumption estimate(long tokens) {
            return new Consumption(policy.capacity(), Duration.ZERO);
        }

        @Override
        public Mono<Void> ask(long tokens) {
            return Mono.empty();
        }
    }
}
