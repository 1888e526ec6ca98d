package io.weir.quota.lease;

import static io.weir.quota.lease.OneNode.COUNTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.Verdict;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/// The store takes no report of this node any more, and the node goes on as another one.
class GivenUpTest {

    final OneNode node = OneNode.asked(1_000);
    final MemoryStore store = node.store;
    final UUID first = node.journal.node();

    @Test
    void itDropsWhatItHeldAndReportsWhatItUsed() {
        node.use(3);
        long held = store.leased(COUNTER);
        store.setAside(first);
        node.leases.tick();

        assertThat(node.journal.node()).isNotEqualTo(first);
        assertThat(node.journal.replaces()).isNull();
        assertThat(store.used(COUNTER)).isEqualTo(3);
        assertThat(store.forfeits).singleElement().matches(forfeit -> forfeit.units() == held);
    }

    @Test
    void aRequestThatNeedsALeaseIsServedAllTheSame() {
        store.setAside(first);
        node.pass(Duration.ofMinutes(2));
        StepVerifier.create(node.lease.ask(5)).verifyComplete();

        assertThat(node.verdict(5)).isEqualTo(Verdict.ADMITS);
        assertThat(node.leases.storeIsAway()).isFalse();
    }

    @Test
    void whatIsForfeitedIsNotAdmitted() {
        var small = OneNode.asked(16);
        small.store.setAside(small.journal.node());
        small.pass(Duration.ofMinutes(2));
        small.lease.ask(1).block();

        assertThat(small.verdict(1)).isEqualTo(Verdict.REFUSES);
        assertThat(small.lease.onlyReservedStandsInTheWay(1)).isTrue();
        assertThat(small.lease.serviceLimit(small.store.now))
                .hasValueSatisfying(limit -> assertThat(limit.reserved()).isEqualTo(16));
    }

    @Test
    void whatIsRefundedIsSpentOnceMore() {
        var small = OneNode.asked(16);
        small.store.setAside(small.journal.node());
        small.pass(Duration.ofMinutes(2));
        small.lease.ask(1).block();
        small.store.forfeits.clear();
        small.leases.retry(COUNTER);
        small.lease.ask(1).block();

        assertThat(small.verdict(16)).isEqualTo(Verdict.ADMITS);
    }

    @Test
    void whatItsLastAppliedReportCoveredIsNotReportedAgain() {
        use(2);
        store.loseReply = true;
        node.leases.tick();
        use(1);
        store.loseReply = false;
        store.setAside(first);
        node.live(Duration.ofSeconds(2));

        assertThat(store.used(COUNTER)).isEqualTo(3);
        assertThat(store.requests()).isEqualTo(3);
    }

    @Test
    void whatNeverArrivedIsReportedUnderTheNewIdentity() {
        use(2);
        store.away = true;
        node.leases.tick();
        use(1);
        store.away = false;
        store.setAside(first);
        node.live(Duration.ofSeconds(2));

        assertThat(store.used(COUNTER)).isEqualTo(3);
        assertThat(store.requests()).isEqualTo(3);
    }

    @Test
    void whatIsUnderWayIsCountedWhenItEnds() {
        Reserved stream = node.reserve(10);
        store.setAside(first);
        node.live(Duration.ofSeconds(2));
        stream.settle(7);
        node.live(Duration.ofSeconds(5));

        assertThat(store.used(COUNTER)).isEqualTo(7);
        assertThat(store.leased(COUNTER)).isZero();
        assertThat(node.leases.active()).isZero();
    }

    @Test
    void whatEndsBeforeTheNewLeaseIsCountedOnce() {
        Reserved stream = node.reserve(10);
        store.setAside(first);
        stream.settle(7);
        node.lease.ask(1).block();
        node.use(1);
        node.live(Duration.ofSeconds(5));

        assertThat(store.used(COUNTER)).isEqualTo(8);
        assertThat(store.leased(COUNTER)).isZero();
    }

    @Test
    void aStoreThatWasSetBackIsReportedToAllTheSame() {
        node.use(3);
        node.leases.tick();
        store.forget(first);
        node.use(2);
        node.live(Duration.ofSeconds(2));

        assertThat(store.used(COUNTER)).isEqualTo(5);
        assertThat(node.leases.storeIsAway()).isFalse();
    }

    @Test
    void aStoreThatRefusesEveryoneIsNotAskedWithoutAPause() {
        store.refusesEveryone = true;
        node.use(1);
        int before = store.statements;
        node.leases.tick();

        assertThat(store.statements - before).isLessThan(5);
        assertThat(node.leases.storeIsAway()).isTrue();
        store.refusesEveryone = false;
        node.live(Duration.ofSeconds(2));
        assertThat(node.leases.storeIsAway()).isFalse();
    }

    @Test
    void aNodeThatIsAliveSaysSoAndHearsOfOthers() {
        var heard = new ArrayList<String>();
        node.leases.onMembership((nodes, rank) -> heard.add(rank + " of " + nodes));
        OneNode other = node.another(Journal.inMemory());
        node.live(Duration.ofSeconds(60));
        assertThat(node.leases.nodes()).isEqualTo(1);
        for (int i = 0; i < 30; i++) {
            node.live(OneNode.TICK);
            other.leases.tick();
        }

        assertThat(node.leases.nodes()).isEqualTo(2);
        assertThat(node.leases.rank() + other.leases.rank()).isEqualTo(1);
        assertThat(heard.getLast()).isEqualTo(node.leases.rank() + " of 2");
        node.pass(Duration.ofSeconds(11));
        node.live(Duration.ofSeconds(2));
        assertThat(node.leases.nodes()).isEqualTo(1);
    }

    @Test
    void aNodeWithNothingToSaySaysSoEveryTwoSeconds() {
        node.live(Duration.ofSeconds(10));
        int before = store.applied.size();
        node.live(Duration.ofSeconds(60));

        assertThat(store.applied.size() - before).isBetween(30, 40);
    }

    private void use(long requests) {
        var rollup = new Rollup(0, first, null, null, first, "demo", "", Outcome.SERVED);
        node.rollups.add(rollup, Metered.requests(requests));
        node.use(requests);
    }
}
