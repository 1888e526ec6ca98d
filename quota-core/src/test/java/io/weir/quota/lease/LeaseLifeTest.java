package io.weir.quota.lease;

import static io.weir.quota.lease.OneNode.COUNTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/// A lease is spent for a minute at most without the store having renewed it.
class LeaseLifeTest {

    static final Duration LIFE = Duration.ofSeconds(60);

    final OneNode node = OneNode.asked(10_000);

    @Test
    void whileTheStoreIsAwayItIsSpentUntilItsLifeEnds() {
        node.store.away = true;
        node.pass(LIFE.minusNanos(1));
        assertThat(node.verdict(1)).isEqualTo(Verdict.ADMITS);
        node.use(1);

        node.pass(Duration.ofNanos(1));
        assertThat(node.verdict(1)).isEqualTo(Verdict.ASK);
        assertThat(Reserved.of(node.lease, 1, node.nanos())).isNull();
        StepVerifier.create(node.lease.ask(1)).verifyError(StoreAway.class);
    }

    @Test
    void itsLifeCountsFromBeforeTheAsk() {
        var slow = OneNode.of(10_000);
        slow.store.beforeReply = () -> slow.pass(Duration.ofSeconds(10));
        slow.lease.ask(1).block();

        slow.pass(Duration.ofSeconds(50).minusNanos(1));
        assertThat(slow.verdict(1)).isEqualTo(Verdict.ADMITS);
        slow.pass(Duration.ofNanos(1));
        assertThat(slow.verdict(1)).isEqualTo(Verdict.ASK);
    }

    @Test
    void aRepeatedReportRenewsItFromItsFirstAsk() {
        node.store.loseReply = true;
        node.use(1);
        node.leases.tick();
        node.pass(LIFE);
        node.store.loseReply = false;
        node.leases.tick();

        assertThat(node.verdict(1)).isEqualTo(Verdict.ASK);
        node.lease.ask(1).block();
        assertThat(node.verdict(1)).isEqualTo(Verdict.ADMITS);
    }

    @Test
    void anAnsweredReportRenewsIt() {
        node.pass(Duration.ofSeconds(50));
        node.use(1);
        node.leases.tick();
        node.store.away = true;
        node.pass(Duration.ofSeconds(50));

        assertThat(node.verdict(1)).isEqualTo(Verdict.ADMITS);
    }

    @Test
    void whenTheStoreIsBackItIsSpentOnWithoutAskingForMore() {
        long held = node.store.leased(COUNTER);
        node.store.away = true;
        node.pass(LIFE.multipliedBy(2));
        node.store.away = false;
        node.lease.ask(1).block();

        assertThat(node.verdict(held)).isEqualTo(Verdict.ADMITS);
        assertThat(node.store.leased(COUNTER)).isEqualTo(held);
    }

    @Test
    void oneLongRequestKeepsItRenewedAtTheCostOfFewReports() {
        Reserved stream = node.reserve(5);
        node.live(Duration.ofSeconds(10));
        int before = node.store.entries();
        for (int i = 0; i < 20; i++) {
            node.live(Duration.ofSeconds(30));
            assertThat(node.store.renewedAt(COUNTER))
                    .isAfter(node.store.now.minus(LIFE.dividedBy(2)));
        }
        assertThat(node.store.entries() - before).isBetween(20, 31);

        stream.settle(5);
        node.live(Duration.ofSeconds(5));
        assertThat(node.store.used(COUNTER)).isEqualTo(5);
        assertThat(node.store.leased(COUNTER)).isZero();
    }

    @Test
    void anExpiredLeaseGoesToNobody() {
        var small = OneNode.asked(16);
        small.pass(Duration.ofHours(2));
        OneNode other = small.another(Journal.inMemory());
        other.lease.ask(1).subscribe();

        assertThat(other.verdict(1)).isEqualTo(Verdict.REFUSES);
        assertThat(small.store.leased(COUNTER)).isEqualTo(16);
    }

    @Test
    void aSpentQuotaStaysRefusedBeyondTheLifeOfItsLease() {
        var spent = OneNode.asked(1);
        spent.use(1);
        spent.lease.ask(1).block();
        int before = spent.store.statements;
        spent.pass(LIFE.multipliedBy(3));

        assertThat(spent.verdict(1)).isEqualTo(Verdict.REFUSES);
        assertThat(spent.store.statements).isEqualTo(before);
    }
}
