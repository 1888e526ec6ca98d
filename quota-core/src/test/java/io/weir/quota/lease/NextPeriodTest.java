package io.weir.quota.lease;

import static io.weir.quota.lease.OneNode.COUNTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The lease of the next period is asked for before it starts.
class NextPeriodTest {

    static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

    final OneNode node = OneNode.of(200);
    final MemoryStore store = node.store;

    @BeforeEach
    void aMinuteBefore() {
        node.pass(Duration.between(store.now, DECEMBER.minusSeconds(60)));
        node.lease.ask(1).block();
    }

    @Test
    void aGatewayThatIsInUseNeedsNoStoreAtMidnight() {
        work(Duration.ofSeconds(59));
        store.away = true;
        node.pass(Duration.ofSeconds(1));
        assertThat(node.verdict(1)).isEqualTo(Verdict.ADMITS);
        node.use(1);

        store.away = false;
        work(Duration.ofSeconds(2));
        assertThat(store.used(COUNTER, DECEMBER)).isEqualTo(5);
        node.live(Duration.ofSeconds(5));
        assertThat(store.leased(COUNTER)).isZero();
        assertThat(node.leases.active()).isZero();
    }

    @Test
    void itIsNotSpentBeforeItsTime() {
        work(Duration.ofSeconds(59));
        assertThat(store.leased(COUNTER, DECEMBER)).isPositive();
        node.lease.ask(100).subscribe();
        while (node.verdict(1) == Verdict.ADMITS) {
            node.use(1);
        }

        node.pass(Duration.ofSeconds(1).minusNanos(1));
        assertThat(node.verdict(1)).isNotEqualTo(Verdict.ADMITS);
        node.pass(Duration.ofNanos(1));
        assertThat(node.verdict(1)).isEqualTo(Verdict.ADMITS);
        work(Duration.ofSeconds(20));
        assertThat(store.used(COUNTER, DECEMBER)).isEqualTo(40);
    }

    @Test
    void nobodyAsksAheadForAnIdleGateway() {
        node.live(Duration.ofSeconds(59));

        assertThat(store.leased(COUNTER, DECEMBER)).isZero();
    }

    @Test
    void whatWasAskedAheadGoesBackIfRequestsEnd() {
        work(Duration.ofSeconds(50));
        assertThat(store.leased(COUNTER, DECEMBER)).isPositive();
        node.live(Duration.ofSeconds(5));

        assertThat(store.leased(COUNTER)).isZero();
        assertThat(node.leases.active()).isZero();
    }

    /// One request every half second.
    private void work(Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minus(OneNode.TICK)) {
            if (node.verdict(1) == Verdict.ASK) {
                node.lease.ask(1).block();
            }
            if (node.verdict(1) == Verdict.ADMITS) {
                node.use(1);
            }
            node.live(OneNode.TICK);
        }
    }
}
