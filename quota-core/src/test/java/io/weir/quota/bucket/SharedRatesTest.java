package io.weir.quota.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.policy.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedRatesTest {

    static final Duration MILLISECOND = Duration.ofMillis(1);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void threePerMinuteAreThreeWhereverTheyLand(int size) {
        for (int first = 0; first < size; first++) {
            var cluster = new Cluster(size, Cluster.perMinute(3));
            for (int i = 0; i < 3; i++) {
                assertThat(cluster.request((first + i) % size, 1)).isTrue();
                cluster.pass(Duration.ofMillis(100));
            }
            for (int node = 0; node < size; node++) {
                assertThat(cluster.request(node, 1)).isFalse();
            }
            cluster.pass(Duration.ofSeconds(20));
            assertThat(cluster.request(size - 1, 1)).isTrue();
        }
    }

    @Test
    void anEmptyBucketIsRememberedUntilItsNextToken() {
        var cluster = new Cluster(3, Cluster.perMinute(3));
        cluster.admitted(0, 3);
        cluster.request(1, 1);
        int calls = cluster.store.calls;

        assertThat(cluster.admitted(1, 1_000)).isZero();
        assertThat(cluster.store.calls).isEqualTo(calls);
        assertThat(cluster.rates.get(1).estimate(1))
                .isEqualTo(new Consumption(0, Duration.ofSeconds(20)));
        cluster.pass(Duration.ofSeconds(20));
        assertThat(cluster.request(1, 1)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 100, 50", "3, 100, 50", "5, 60, 1", "3, 1000, 1000", "3, 5, 2000"})
    void noWindowAdmitsMoreThanTheBucketAndWhatFlowsInAndOnePerNode(
            int size, long capacity, long refill) {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            var cluster = new Cluster(size, Cluster.perSecond(capacity, refill));
            List<Long> admitted = new ArrayList<>();
            for (int step = 0; step < 3_000; step++) {
                if (cluster.request(random.nextInt(size), 1)) {
                    admitted.add(cluster.now());
                } else if (random.nextInt(3) == 0) {
                    cluster.pass(Duration.ofNanos(random.nextLong(30_000_000)));
                }
                cluster.pass(Duration.ofNanos(random.nextLong(2_000_000)));
            }
            long ahead = Math.max(1, refill / 50);
            assertThat(Windows.most(admitted, refill))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(capacity + 1 + size * ahead);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT12H", "P400D", "P3650D"})
    void anIdleBucketIsFullAndNoFuller(Duration idle) {
        var cluster = new Cluster(3, Cluster.perMinute(60));
        cluster.admitted(0, 60);
        cluster.pass(idle);

        assertThat(cluster.rates.get(0).estimate(1).remaining()).isEqualTo(60);
        assertThat(cluster.admitted(1, 30) + cluster.admitted(2, 100)).isEqualTo(60);
    }

    @Test
    void takingInPiecesCostsTheSameAsTakingAtOnce() {
        var pieces = new Cluster(3, Cluster.perMinute(60));
        var atOnce = new Cluster(3, Cluster.perMinute(60));
        for (int node = 0; node < 3; node++) {
            pieces.admitted(node, 5);
        }
        atOnce.request(0, 15);

        assertThat(pieces.inStore()).isEqualTo(atOnce.inStore()).isEqualTo(45);
    }

    @Test
    void refusalsAreFree() {
        var cluster = new Cluster(3, Cluster.perSecond(100, 50));
        long admitted = 0;
        for (int i = 0; i < 30_000; i++) {
            admitted += cluster.request(i % 3, 1) ? 1 : 0;
            cluster.pass(Duration.ofMillis(2));
        }

        assertThat(admitted).isBetween(100 + 50 * 60 - 31L, 100 + 50 * 60 + 31L);
    }

    @Test
    void underSteadyUseNearlyNobodyWaits() {
        var cluster = new Cluster(3, Cluster.perMinute(60_000));
        int asked = 0;
        for (int millis = 0; millis < 2_000; millis++) {
            Rate rate = cluster.rates.get(millis % 3);
            asked += rate.verdict(1, cluster.now()) == Verdict.ASK ? 1 : 0;
            assertThat(cluster.request(millis % 3, 1)).isTrue();
            cluster.pass(MILLISECOND);
        }

        assertThat(asked).isLessThan(40);
        assertThat(cluster.store.calls).isLessThan(1_000);
    }

    @Test
    void whatWasNotSpentGoesBack() {
        var cluster = new Cluster(2, Cluster.perSecond(1_000, 1_000));
        for (int i = 0; i < 200; i++) {
            cluster.request(0, 1);
            cluster.pass(MILLISECOND);
        }
        cluster.pass(Duration.ofSeconds(10));

        assertThat(cluster.inStore()).isEqualTo(1_000);
        int calls = cluster.store.calls;
        cluster.pass(Duration.ofMinutes(1));
        assertThat(cluster.store.calls).isEqualTo(calls);
    }

    @Test
    void aRequestThatWasRefusedElsewherePutsBackWhatItTook() {
        var cluster = new Cluster(2, Cluster.perMinute(3));
        cluster.request(0, 1);
        cluster.rates.get(0).putBack(1);
        cluster.pass(Duration.ofMillis(50));

        assertThat(cluster.admitted(1, 5)).isEqualTo(3);
    }

    @Test
    void tokensKnownOnlyAfterwardsAreADebtThatIsRepaidFirst() {
        var cluster = new Cluster(2, Cluster.perMinute(60));
        assertThat(cluster.request(0, 0)).isTrue();
        cluster.rates.get(0).settle(0, 90);
        cluster.pass(Duration.ofMillis(50));

        assertThat(cluster.inStore()).isEqualTo(-30);
        assertThat(cluster.request(1, 0)).isFalse();
        assertThat(cluster.rates.get(1).estimate(1).retryAfter())
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(31));
        cluster.pass(Duration.ofSeconds(31));
        assertThat(cluster.request(1, 0)).isTrue();
    }

    @Test
    void aRequestForMoreThanThereIsTakesNothingFromOthers() {
        var cluster = new Cluster(2, Cluster.perMinute(100));

        assertThat(cluster.request(0, 60)).isTrue();
        assertThat(cluster.request(1, 60)).isFalse();
        assertThat(cluster.request(0, 40)).isTrue();
        assertThat(cluster.request(0, 101)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"5, 10, 8", "5, 3, 1", "5, 2, 0"})
    void anEditKeepsWhatWasConsumed(long before, long after, long left) {
        var cluster = new Cluster(3, Cluster.perMinute(before));
        cluster.request(0, 1);
        cluster.request(1, 1);
        for (int node = 0; node < 3; node++) {
            cluster.nodes.get(node).rate(cluster.alice, Cluster.perMinute(after), 2);
        }

        assertThat(cluster.admitted(0, 1) + cluster.admitted(1, 10) + cluster.admitted(2, 10))
                .isEqualTo(left);
    }

    @Test
    void anOlderPolicyChangesNothing() {
        var cluster = new Cluster(2, Cluster.perMinute(5));
        cluster.nodes.get(0).rate(cluster.alice, Cluster.perMinute(10), 2);
        cluster.request(0, 1);
        cluster.nodes.get(0).rate(cluster.alice, Cluster.perMinute(5), 1);

        assertThat(cluster.admitted(1, 20)).isEqualTo(9);
    }

    @Test
    void oneCallServesAllWhoWait() {
        var cluster = new Cluster(1, Cluster.perMinute(60));
        cluster.store.holding = true;
        var woken = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            cluster.rates.get(0).ask(1).subscribe(_ -> {}, _ -> {}, woken::incrementAndGet);
        }
        assertThat(cluster.store.calls).isEqualTo(1);
        cluster.store.reply();
        cluster.store.reply();

        assertThat(cluster.store.calls).isEqualTo(2);
        assertThat(woken).hasValue(8);
        assertThat(cluster.admitted(0, 8)).isEqualTo(8);
    }

    @Test
    void closingGivesBatchesBack() {
        var cluster = new Cluster(2, Cluster.perSecond(1_000, 1_000));
        for (int i = 0; i < 40; i++) {
            cluster.request(0, 1);
            cluster.pass(MILLISECOND);
        }
        long before = cluster.inStore();
        assertThat(before).isLessThan(1_000);
        cluster.nodes.get(0).close().subscribe();

        assertThat(cluster.inStore()).isGreaterThan(before);
    }
}
