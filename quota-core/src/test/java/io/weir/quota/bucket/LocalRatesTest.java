package io.weir.quota.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.policy.Verdict;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalRatesTest {

    static final PolicyName RATE = new PolicyName("rate");

    final Subject alice = new Subject(SubjectKind.KEY, UUID.randomUUID());
    long now;
    final TokenBuckets buckets = new TokenBuckets(() -> now);

    @Test
    void tenTimesTheRateGetsTheBucketAndWhatFlowsIn() {
        Rate rate = buckets.rate(alice, perSecond(100, 50), 1);
        long admitted = 0;
        for (int i = 0; i < 60 * 500; i++) {
            admitted += rate.tryConsume(1, now) ? 1 : 0;
            pass(Duration.ofMillis(2));
        }

        assertThat(admitted).isBetween(3_100L - 31, 3_100L + 31);
        consumed(rate);
        pass(Duration.ofMillis(20));
        assertThat(rate.tryConsume(1, now)).isTrue();
    }

    @Test
    void noWindowHoldsMoreThanTheBucketAndWhatFlowsInAndOne() {
        for (int seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            Subject subject = new Subject(SubjectKind.KEY, new UUID(0, seed));
            Rate rate = buckets.rate(subject, perSecond(100, 50), 1);
            List<Long> admitted = new ArrayList<>();
            for (int step = 0; step < 2_000; step++) {
                if (rate.tryConsume(1, now)) {
                    admitted.add(now);
                }
                pass(
                        Duration.ofNanos(
                                random.nextLong(
                                        random.nextInt(10) == 0 ? 300_000_000 : 2_000_000)));
            }
            double least = Double.MAX_VALUE;
            for (int i = 0; i < admitted.size(); i++) {
                double flowed = admitted.get(i) / 1e9 * 50;
                least = Math.min(least, i - flowed);
                assertThat(i + 1 - flowed - least).as("seed %d", seed).isLessThanOrEqualTo(101.001);
            }
        }
    }

    @Test
    void aBucketInDebtRefusesUntilItIsRepaid() {
        Rate rate = buckets.rate(alice, TokenBucket.perMinute(RATE, QuotaUnit.TOKENS, 60), 1);
        assertThat(rate.verdict(0, now)).isEqualTo(Verdict.ADMITS);
        assertThat(rate.tryConsume(0, now)).isTrue();
        rate.settle(0, 90);

        assertThat(rate.verdict(0, now)).isEqualTo(Verdict.REFUSES);
        assertThat(rate.estimate(0)).isEqualTo(new Consumption(0, Duration.ofSeconds(31)));
        pass(Duration.ofSeconds(30));
        assertThat(rate.tryConsume(0, now)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(rate.tryConsume(0, now)).isTrue();
    }

    @Test
    void tokensThatWereReservedAndNotUsedComeBack() {
        Rate rate = buckets.rate(alice, TokenBucket.perMinute(RATE, 60), 1);
        rate.tryConsume(50, now);
        rate.settle(50, 20);

        assertThat(consumed(rate)).isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, Long.MIN_VALUE})
    void negativeUsageIsNone(long hostile) {
        Rate rate = buckets.rate(alice, TokenBucket.perMinute(RATE, 60), 1);
        rate.tryConsume(10, now);
        rate.settle(10, hostile);

        assertThat(consumed(rate)).isEqualTo(60);
    }

    /// The bucket of a handle that is held for long leaves memory only when it is full.
    @Test
    void aBucketThatIsUsedNowAndThenIsNeverForgotten() {
        Rate rate = buckets.rate(alice, TokenBucket.perMinute(RATE, 60), 1);
        var random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            consumed(rate);
            Rate other = buckets.rate(alice, TokenBucket.perMinute(RATE, 60), 1);
            assertThat(other.estimate(1).remaining()).isZero();
            pass(Duration.ofSeconds(random.nextInt(200)));
            assertThat(other.estimate(1)).isEqualTo(rate.estimate(1));
        }
    }

    @Test
    void aDebtIsNotForgottenBeforeItIsRepaid() {
        buckets.rate(alice, TokenBucket.perMinute(RATE, 60), 1).settle(0, 6_060);
        pass(Duration.ofMinutes(99));

        Rate rate = buckets.rate(alice, TokenBucket.perMinute(RATE, 60), 1);
        assertThat(rate.estimate(1)).isEqualTo(new Consumption(0, Duration.ofSeconds(61)));
    }

    @Test
    void anOlderPolicyChangesNothing() {
        Rate rate = buckets.rate(alice, TokenBucket.perMinute(RATE, 10), 2);
        buckets.rate(alice, TokenBucket.perMinute(RATE, 5), 1);

        assertThat(rate.policy().capacity()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "3, 5", "100, 3", "60000, 7"})
    void theSharesOfAllNodesAreTheLimit(long limit, int nodes) {
        long total = 0;
        for (int rank = 0; rank < nodes; rank++) {
            var node = new TokenBuckets(() -> now);
            node.share(rank, nodes);
            total += consumed(node.rate(alice, TokenBucket.perMinute(RATE, limit), 1));
        }

        assertThat(total).isEqualTo(limit);
    }

    @Test
    void whatWasConsumedStaysConsumedWhenNodesComeAndGo() {
        Rate rate = buckets.rate(alice, TokenBucket.perMinute(RATE, 60), 1);
        rate.tryConsume(15, now);
        buckets.share(0, 3);
        assertThat(rate.estimate(1).remaining()).isEqualTo(5);
        buckets.share(4, 100);
        assertThat(rate.verdict(1, now)).isEqualTo(Verdict.REFUSES);
        buckets.share(99, 100);
        assertThat(rate.tryConsume(1, now)).isFalse();
        buckets.share(0, 1);

        assertThat(consumed(rate)).isEqualTo(45);
    }

    @Test
    void aNodeWithCapacityIsNeverLeftWithoutRefill() {
        buckets.share(2, 3);
        Rate rate = buckets.rate(alice, perSecond(9, 1), 1);

        assertThat(consumed(rate)).isEqualTo(3);
        pass(Duration.ofSeconds(3));
        assertThat(consumed(rate)).isEqualTo(1);
    }

    @Test
    void aRateBeyondWhatCanBeCountedIsAsGoodAsNone() {
        Rate rate = buckets.rate(alice, TokenBucket.perMinute(RATE, TokenBucket.MOST), 1);

        assertThat(rate.tryConsume(1_000_000, now)).isTrue();
    }

    private long consumed(Rate rate) {
        long consumed = 0;
        while (rate.tryConsume(1, now)) {
            consumed++;
        }
        return consumed;
    }

    private static TokenBucket perSecond(long capacity, long refill) {
        return new TokenBucket(RATE, QuotaUnit.REQUESTS, capacity, refill, Duration.ofSeconds(1));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
