package io.weir.quota.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.policy.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Shared buckets whose store is slow, away or back.
class StoreAwayTest {

    @Test
    void anAnswerThatIsOverdueIsWaitedForAgainUntilTheSharesDecide() {
        var cluster = new Cluster(3, Cluster.perMinute(60));
        cluster.store.holding = true;
        var woken = new AtomicInteger();
        Rate rate = cluster.rates.get(0);
        rate.ask(1).subscribe(_ -> {}, _ -> {}, woken::incrementAndGet);
        rate.ask(1).subscribe(_ -> {}, _ -> {}, woken::incrementAndGet);
        cluster.pass(Duration.ofMillis(6));

        assertThat(woken).hasValue(2);
        assertThat(cluster.store.overdue).isEqualTo(1);
        assertThat(rate.verdict(1, cluster.now())).as("it may ask again").isEqualTo(Verdict.ASK);
        cluster.pass(Duration.ofMillis(100));
        assertThat(cluster.admitted(0, 100)).as("this node's share").isEqualTo(20);
        assertThat(cluster.nodes.get(0).fallbacks()).isEqualTo(20);
        cluster.store.reply();
        assertThat(rate.verdict(1, cluster.now())).isEqualTo(Verdict.ADMITS);
    }

    @Test
    void aRequestThatAsksAgainTakesNoSecondToken() {
        var cluster = new Cluster(3, Cluster.perMinute(3));
        cluster.store.holding = true;
        var woken = new AtomicInteger();
        Rate rate = cluster.rates.get(0);
        rate.ask(1).subscribe();
        cluster.pass(Duration.ofMillis(6));
        rate.ask(1).subscribe(_ -> {}, _ -> {}, woken::incrementAndGet);
        cluster.store.reply();

        assertThat(woken).as("by the answer to what it asked first").hasValue(1);
        assertThat(cluster.store.calls).isEqualTo(1);
        assertThat(rate.tryConsume(1, cluster.now())).isTrue();
        cluster.store.holding = false;
        assertThat(cluster.admitted(1, 1) + cluster.admitted(2, 2)).isEqualTo(2);
    }

    @Test
    void nobodyAsksForThoseWhoGaveUp() {
        var cluster = new Cluster(1, Cluster.perMinute(60));
        cluster.store.holding = true;
        for (int i = 0; i < 8; i++) {
            cluster.rates.get(0).ask(1).subscribe();
        }
        cluster.pass(Duration.ofMillis(6));
        cluster.store.reply();

        assertThat(cluster.store.calls).isEqualTo(1);
        assertThat(cluster.inStore()).isEqualTo(59);
    }

    @Test
    void thoseWhoStayAreAskedForWithoutThoseWhoGaveUp() {
        var cluster = new Cluster(1, Cluster.perMinute(60));
        cluster.store.holding = true;
        Rate rate = cluster.rates.get(0);
        rate.ask(1).subscribe();
        rate.ask(7).subscribe();
        rate.ask(3).subscribe().dispose();
        rate.ask(2).subscribe();
        cluster.store.reply();
        cluster.store.reply();

        assertThat(cluster.inStore()).isEqualTo(60 - 1 - 9);
    }

    @Test
    void whileTheStoreIsAwayTheNodesKeepTheLimitByTheirShares() {
        var cluster = new Cluster(3, Cluster.perMinute(100));
        cluster.store.away = true;

        assertThat(cluster.admitted(0, 100)).isEqualTo(34);
        assertThat(cluster.admitted(1, 100)).isEqualTo(33);
        assertThat(cluster.admitted(2, 100)).isEqualTo(33);
        assertThat(cluster.store.calls).isZero();
    }

    @Test
    void aLostReplyNeverLetsMoreThrough() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var cluster = new Cluster(3, Cluster.perMinute(60));
            Deque<Long> taken = new ArrayDeque<>();
            long used = 0;
            for (int step = 0; step < 100; step++) {
                cluster.store.losing = random.nextInt(4) == 0;
                int node = random.nextInt(3);
                if (cluster.request(node, 1)) {
                    taken.add(1L);
                    used++;
                } else if (!taken.isEmpty() && random.nextInt(5) == 0) {
                    cluster.rates.get(node).putBack(taken.remove());
                    used--;
                }
                cluster.pass(Duration.ofMillis(random.nextInt(30)));
                long flowed = cluster.now() / 1_000_000_000 + 1;
                assertThat(used).as("seed %d", seed).isLessThanOrEqualTo(60 + flowed);
            }
        }
    }

    @Test
    void aDebtSurvivesALostReply() {
        var cluster = new Cluster(1, Cluster.perMinute(60));
        cluster.store.losing = true;
        cluster.rates.get(0).settle(0, 50);
        cluster.pass(Duration.ofMillis(20));
        cluster.store.losing = false;
        cluster.pass(Duration.ofMillis(60));

        assertThat(cluster.inStore()).isLessThanOrEqualTo(10);
    }

    @Test
    void whatTheSharesAdmittedIsMissingWhenTheStoreIsBack() {
        var cluster = new Cluster(3, Cluster.perMinute(60));
        cluster.store.away = true;
        for (int node = 0; node < 3; node++) {
            assertThat(cluster.admitted(node, 60)).isEqualTo(20);
        }
        cluster.store.away = false;
        cluster.pass(Duration.ofSeconds(2));

        assertThat(cluster.inStore()).as("what flowed in since").isBetween(1L, 2L);
    }

    @Test
    void whatWouldHaveBeenLostToAFullBucketIsNotMissing() {
        var cluster = new Cluster(3, Cluster.perMinute(60));
        cluster.admitted(0, 1);
        cluster.store.away = true;
        for (int second = 0; second < 600; second++) {
            assertThat(cluster.request(0, second % 9 == 0 ? 1 : 0)).isTrue();
            cluster.pass(Duration.ofSeconds(1));
        }
        cluster.store.away = false;
        cluster.pass(Duration.ofSeconds(2));

        assertThat(cluster.inStore()).isBetween(55L, 60L);
    }

    @Test
    void aBucketThatTheStoreHasLostBeginsWithWhatANodeRemembers() {
        var cluster = new Cluster(3, Cluster.perMinute(60));
        assertThat(cluster.admitted(0, 100)).isEqualTo(60);
        cluster.store.flush();
        cluster.pass(Duration.ofSeconds(3));

        assertThat(cluster.admitted(0, 100)).isEqualTo(3);
    }

    @Test
    void aNodeThatRemembersLessBringsALostBucketDown() {
        var cluster = new Cluster(3, Cluster.perMinute(60));
        assertThat(cluster.admitted(0, 100)).isEqualTo(60);
        cluster.store.flush();
        assertThat(cluster.request(1, 1)).as("it knows of nothing").isTrue();
        cluster.pass(Duration.ofSeconds(3));

        assertThat(cluster.admitted(0, 100)).isEqualTo(3);
        assertThat(cluster.admitted(1, 100)).isZero();
    }
}
