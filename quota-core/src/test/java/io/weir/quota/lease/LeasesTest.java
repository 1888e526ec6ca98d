package io.weir.quota.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.PeriodQuota;
import io.weir.quota.policy.Verdict;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class LeasesTest {

    static final CounterKey COUNTER = new CounterKey(UUID.randomUUID(), new PolicyName("monthly"));

    long nanos;
    final MemoryStore store = new MemoryStore();
    final Journal journal = Journal.inMemory();
    final Rollups rollups = new Rollups(journal);
    final Leases leases = node(journal, rollups);

    @Test
    void aLeaseThatWasNeverAskedForMustAsk() {
        assertThat(lease(10).verdict(1, nanos)).isEqualTo(Verdict.ASK);
        assertThat(Reserved.of(lease(10), 1, nanos)).isNull();
    }

    @Test
    void whatWasGrantedIsSpentWithoutAnotherStatement() {
        Lease lease = asked(10_000);
        int before = store.statements;
        for (int i = 0; i < 16; i++) {
            reserve(lease).settle(1);
        }

        assertThat(store.statements).isEqualTo(before);
        leases.tick();
        assertThat(store.used(COUNTER)).isEqualTo(16);
    }

    @Test
    void theWholeQuotaAndNoMoreIsReserved() {
        Lease lease = asked(100);
        int reserved = 0;
        for (int i = 0; i < 1_000; i++) {
            if (lease.verdict(1, nanos) == Verdict.ASK) {
                lease.ask(1).block();
            }
            Reserved one = Reserved.of(lease, 1, nanos);
            if (one != null) {
                one.settle(1);
                reserved++;
            }
        }

        assertThat(reserved).isEqualTo(100);
        leases.tick();
        assertThat(store.used(COUNTER)).isEqualTo(100);
    }

    @Test
    void anExhaustedQuotaCostsNoStatements() {
        Lease lease = asked(1);
        reserve(lease).settle(1);
        lease.ask(1).block();
        int before = store.statements;

        assertThat(lease.verdict(1, nanos)).isEqualTo(Verdict.REFUSES);
        assertThat(lease.onlyReservedStandsInTheWay(1)).isFalse();
        pass(Duration.ofHours(1));
        assertThat(lease.verdict(1, nanos)).isEqualTo(Verdict.REFUSES);
        assertThat(store.statements).isEqualTo(before);
    }

    @Test
    void aRaisedLimitIsInForceAtOnce() {
        Lease lease = asked(1);
        reserve(lease).settle(1);
        lease.ask(1).block();

        limit(3);
        lease.ask(1).block();
        assertThat(lease.verdict(2, nanos)).isEqualTo(Verdict.ADMITS);
    }

    @Test
    void aLoweredLimitTakesBackWhatIsNotSpent() {
        Lease lease = asked(100);
        reserve(lease).settle(1);

        limit(1);
        assertThat(store.leased(COUNTER)).isZero();
        lease.ask(1).block();
        assertThat(lease.verdict(1, nanos)).isEqualTo(Verdict.REFUSES);
    }

    @Test
    void aLostReplyNeitherLosesNorDoublesUsage() {
        Lease lease = asked(100);
        reserve(lease).settle(1);
        rollups.add(rollup(), Metered.requests(1));
        store.loseReply = true;
        leases.tick();
        reserve(lease).settle(1);
        leases.tick();
        store.loseReply = false;
        leases.tick();
        leases.tick();

        assertThat(store.used(COUNTER)).isEqualTo(2);
        assertThat(
                        store.applied.stream()
                                .flatMap(report -> report.usage().stream())
                                .mapToLong(row -> row.metered().requests())
                                .sum())
                .isEqualTo(1);
    }

    @Test
    void whileTheStoreIsAwayTheLeaseLastsAndThenRefusesQuickly() {
        Lease lease = asked(10_000);
        store.away = true;
        leases.tick();

        reserve(lease).settle(1);
        StepVerifier.create(lease.ask(20_000)).verifyError(StoreAway.class);
        int before = store.statements;
        StepVerifier.create(lease.ask(20_000)).verifyError(StoreAway.class);
        assertThat(store.statements).isEqualTo(before);
    }

    @Test
    void usageBelongsToThePeriodOfItsAdmission() {
        Lease lease = asked(100);
        Reserved november = reserve(lease);
        pass(Duration.ofDays(15));
        assertThat(lease.verdict(1, nanos)).isEqualTo(Verdict.ASK);
        lease.ask(1).block();
        reserve(lease).settle(1);
        november.settle(1);
        leases.tick();

        assertThat(store.used).hasSize(2);
        assertThat(store.used.values()).containsOnly(1L);
    }

    @Test
    void anIdleNodeGivesBackUnasked() {
        asked(100);
        assertThat(store.leased(COUNTER)).isPositive();
        for (int i = 0; i < 10; i++) {
            leases.tick();
        }

        assertThat(store.leased(COUNTER)).isZero();
        assertThat(leases.active()).isZero();
    }

    @Test
    void usingMoreThanWasReservedIsCounted() {
        Lease lease = asked(100);
        reserve(lease).settle(500);
        leases.tick();

        assertThat(store.used(COUNTER)).isEqualTo(500);
        assertThat(lease.verdict(1, nanos)).isNotEqualTo(Verdict.ADMITS);
    }

    @Test
    void aNodeThatStopsReturnsAllAndBooksWhatIsUnderWay() {
        Lease lease = asked(100);
        reserve(lease);
        reserve(lease).settle(1);
        leases.close().block(Duration.ofSeconds(1));

        assertThat(store.used(COUNTER)).isEqualTo(2);
        assertThat(store.leased(COUNTER)).isZero();
    }

    @Test
    void oneNodeGivesWayToAnother() {
        Lease lease = asked(16);
        assertThat(store.leased(COUNTER)).isEqualTo(16);
        leases.giveWay(COUNTER);
        assertThat(store.leased(COUNTER)).isZero();

        Journal theirJournal = Journal.inMemory();
        Leases other = node(theirJournal, new Rollups(theirJournal));
        Lease theirs = other.lease(COUNTER, policy(16));
        theirs.ask(16).block();
        assertThat(theirs.verdict(16, nanos)).isEqualTo(Verdict.ADMITS);
        assertThat(lease.verdict(1, nanos)).isEqualTo(Verdict.ASK);
    }

    @Test
    void whileTheStoreIsAwayNobodyAsksItTwice() {
        Lease lease = lease(1_000);
        store.away = true;
        int before = store.statements;
        for (int i = 0; i < 50; i++) {
            StepVerifier.create(lease.ask(1)).verifyError(StoreAway.class);
        }

        assertThat(store.statements).isEqualTo(before + 1);
        assertThat(lease.needs()).isZero();
    }

    private Leases node(Journal journal, Rollups rollups) {
        var node =
                new Leases(
                        store,
                        journal,
                        rollups,
                        () -> nanos,
                        () -> store.now,
                        Duration.ofSeconds(2),
                        Schedulers.parallel());
        node.start().block();
        return node;
    }

    private Lease asked(long limit) {
        store.limits.put(COUNTER, limit);
        Lease lease = lease(limit);
        lease.ask(1).block();
        return lease;
    }

    private void limit(long limit) {
        store.limits.put(COUNTER, limit);
        lease(limit);
    }

    private Lease lease(long limit) {
        return leases.lease(COUNTER, policy(limit));
    }

    private static PeriodQuota policy(long limit) {
        return Quotas.monthly(COUNTER.policy(), limit);
    }

    private Reserved reserve(Lease lease) {
        return Objects.requireNonNull(Reserved.of(lease, 1, nanos));
    }

    private static Rollup rollup() {
        return new Rollup(
                0, UUID.randomUUID(), null, null, UUID.randomUUID(), "demo", "", Outcome.SERVED);
    }

    private void pass(Duration time) {
        store.pass(time);
        nanos += time.toNanos();
    }
}
