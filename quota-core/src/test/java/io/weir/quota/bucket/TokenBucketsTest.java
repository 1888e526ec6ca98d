package io.weir.quota.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketsTest {

    static final PolicyName RPM = new PolicyName("rpm");

    final Subject alice = new Subject(SubjectKind.KEY, UUID.randomUUID());
    final Subject bob = new Subject(SubjectKind.KEY, UUID.randomUUID());
    long now;
    final TokenBuckets buckets = new TokenBuckets(() -> now);

    @Test
    void threePerMinuteAreThreeAtOnceAndThenOneInTwentySeconds() {
        Rate rate = perMinute(alice, 3);

        assertThat(consumed(rate, 10)).isEqualTo(3);
        assertThat(rate.estimate(1)).isEqualTo(new Consumption(0, Duration.ofSeconds(20)));
        pass(Duration.ofSeconds(20));
        assertThat(consumed(rate, 10)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "999, 0", "1000, 1", "2500, 2", "60000, 60", "600000, 60"})
    void tokensComeBackWithTimeAndNeverBeyondTheCapacity(long elapsedMillis, long available) {
        Rate rate = perMinute(alice, 60);
        consumed(rate, 60);
        pass(Duration.ofMillis(elapsedMillis));

        assertThat(rate.estimate(1).remaining()).isEqualTo(available);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT12H", "P400D", "P3650D"})
    void anIdleBucketIsFullAndNoFuller(Duration idle) {
        Rate rate = perMinute(alice, 60);
        consumed(rate, 60);
        pass(idle);

        assertThat(rate.estimate(1).remaining()).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5})
    void takingInPiecesCostsTheSameAsTakingAtOnce(long pieces) {
        Rate inPieces = perMinute(alice, 60);
        Rate atOnce = perMinute(bob, 60);
        consumed(inPieces, pieces);
        atOnce.tryConsume(pieces, now);

        assertThat(inPieces.estimate(60)).isEqualTo(atOnce.estimate(60));
    }

    @Test
    void whatIsPutBackWasNeverTaken() {
        Rate rate = perMinute(alice, 3);
        rate.tryConsume(1, now);
        rate.putBack(1);

        assertThat(consumed(rate, 10)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"5, 10, 8", "5, 3, 1", "5, 2, 0", "5, 1, 0"})
    void anEditKeepsWhatWasConsumed(long before, long after, long left) {
        consumed(perMinute(alice, before), 2);

        assertThat(perMinute(alice, after).estimate(1).remaining()).isEqualTo(left);
    }

    @Test
    void aBucketIsKeptWhileItIsNotFull() {
        Rate rate = perMinute(alice, 60);
        consumed(rate, 60);
        pass(Duration.ofSeconds(59));

        assertThat(perMinute(alice, 60).estimate(1).remaining()).isEqualTo(59);
    }

    private long consumed(Rate rate, long attempts) {
        long consumed = 0;
        for (long i = 0; i < attempts; i++) {
            consumed += rate.tryConsume(1, now) ? 1 : 0;
        }
        return consumed;
    }

    private Rate perMinute(Subject subject, long requests) {
        return buckets.rate(subject, TokenBucket.perMinute(RPM, requests), 1);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
