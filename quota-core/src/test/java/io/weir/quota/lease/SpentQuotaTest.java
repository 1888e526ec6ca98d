package io.weir.quota.lease;

import static io.weir.quota.lease.OneNode.COUNTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How long a node remembers that there was nothing left, and what wakes it.
class SpentQuotaTest {

    final OneNode node = OneNode.asked(1);
    final Reserved all = node.reserve(1);

    @Test
    void whatCameBackUnusedAndWentToTheStoreIsAskedForAgain() {
        node.lease.ask(1).block();
        assertThat(node.verdict(1)).isEqualTo(Verdict.REFUSES);
        all.release();
        for (int i = 0; i < 10; i++) {
            node.leases.tick();
        }

        assertThat(node.store.leased(COUNTER)).isZero();
        assertThat(node.verdict(1)).isEqualTo(Verdict.ASK);
    }

    @Test
    void anAnswerUnderWayWhenTheLimitIsRaisedDoesNotOutlastIt() {
        all.settle(1);
        node.store.holdReply = true;
        node.lease.ask(1).subscribe();
        node.store.limits.put(COUNTER, 3L);
        node.leases.lease(COUNTER, Quotas.monthly(COUNTER.policy(), 3));
        node.store.holdReply = false;
        node.store.reply();

        assertThat(node.verdict(1)).isNotEqualTo(Verdict.REFUSES);
    }

    @Test
    void itIsForgottenWithItsPeriod() {
        node.lease.ask(1).block();
        node.pass(Duration.ofDays(15));
        OneNode other = node.another(Journal.inMemory());
        other.lease.ask(1).block();
        all.settle(1);
        node.lease.ask(0).block();

        assertThat(node.verdict(1)).isEqualTo(Verdict.ASK);
    }

    @Test
    void aNodeWithNothingToGiveDoesNotAskWhenSomebodyIsInNeed() {
        int before = node.store.statements;
        node.leases.giveWay(COUNTER);

        assertThat(node.store.statements).isEqualTo(before);
    }

    @Test
    void whatIsFreedAfterSomebodyWasInNeedGoesBackWithTheNextReport() {
        node.leases.giveWay(COUNTER);
        all.release();
        node.leases.tick();

        assertThat(node.store.leased(COUNTER)).isZero();
        assertThat(node.verdict(1)).isEqualTo(Verdict.ASK);
    }
}
