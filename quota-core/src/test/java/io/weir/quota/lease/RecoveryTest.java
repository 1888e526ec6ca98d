package io.weir.quota.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.journal.Journal;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.price.Tokens;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/// A node is killed and comes back to its journal.
class RecoveryTest {

    static final CounterKey COUNTER = new CounterKey(UUID.randomUUID(), new PolicyName("monthly"));
    static final UUID KEY = UUID.randomUUID();
    static final UUID GROUP = UUID.randomUUID();
    static final UUID RESELLER = UUID.randomUUID();

    /// What a request sets aside, and what it then is charged.
    static final Metered RESERVED = new Metered(1, new Tokens(300, 0, 0, 0, 1_000, 0, 0, 0), 0, 50);

    static final Metered USED = new Metered(1, new Tokens(1, 2, 4, 8, 16, 32, 64, 128), 5, 30);

    @TempDir Path folder;
    final MemoryStore store = new MemoryStore();

    /// What a process has in memory, and its journal.
    private final class Gateway {

        final Journal journal = Journal.open(folder, "blue", InstantSource.system());
        final Rollups rollups = new Rollups(journal);
        final Leases leases =
                new Leases(
                        store,
                        journal,
                        rollups,
                        () -> 0,
                        () -> store.now,
                        Duration.ofSeconds(2),
                        Schedulers.parallel());
        final Lease lease;

        Gateway() {
            store.limits.put(COUNTER, 100L);
            leases.start().block();
            lease = leases.lease(COUNTER, Quotas.monthly(COUNTER.policy(), 100));
            lease.ask(1).block();
        }

        Reserved admit() {
            return Objects.requireNonNull(Reserved.of(lease, 1, 0));
        }

        void serve() {
            var open = rollups.open(rollup(Outcome.SERVED), RESERVED);
            admit().settle(1);
            rollups.end(open, rollup(Outcome.SERVED), USED);
        }

        void kill() {
            journal.close();
        }
    }

    @Test
    void whatWasUsedIsReportedAndTheRestComesBack() {
        var killed = new Gateway();
        killed.serve();
        killed.serve();
        killed.kill();
        store.limits.clear();
        restart();

        assertThat(store.used(COUNTER)).isEqualTo(2);
        assertThat(store.leased(COUNTER)).isZero();
        assertThat(metered(Outcome.SERVED)).isEqualTo(USED.plus(USED));
    }

    @Test
    void whatWasUnderWayIsBookedAtItsReservationAndMarked() {
        var killed = new Gateway();
        killed.admit();
        killed.rollups.open(rollup(Outcome.SERVED), RESERVED);
        killed.kill();
        restart();

        assertThat(store.used(COUNTER)).isEqualTo(1);
        assertThat(metered(Outcome.ESTIMATED))
                .isEqualTo(new Metered(1, RESERVED.tokens(), 1_300, 50));
    }

    @Test
    void whatWasUnderWayIsBookedOnceHoweverOftenRecoveringIsTried() {
        var killed = new Gateway();
        killed.serve();
        killed.rollups.open(rollup(Outcome.SERVED), RESERVED);
        killed.rollups.open(rollup(Outcome.SERVED), RESERVED);
        killed.kill();
        store.away = true;
        failToRestart();
        store.away = false;
        store.loseReply = true;
        failToRestart();
        store.loseReply = false;
        restart();

        assertThat(metered(Outcome.SERVED)).isEqualTo(USED);
        assertThat(metered(Outcome.ESTIMATED))
                .isEqualTo(new Metered(2, RESERVED.tokens().plus(RESERVED.tokens()), 2_600, 100));
    }

    @Test
    void theJournalOfAnEarlierVersionIsReported() {
        String row = "|60|" + KEY + "+" + GROUP + "||" + RESELLER + "|SERVED|6|demo|1m";
        Journal earlier = Journal.open(folder, "blue", InstantSource.system());
        earlier.take("U" + row).addUsed(7);
        earlier.take("C" + row).addUsed(9);
        earlier.close();
        restart();

        assertThat(metered(Outcome.SERVED)).isEqualTo(new Metered(7, Tokens.NONE, 0, 9));
    }

    @Test
    void aReportWhoseReplyWasLostIsNotCountedAgain() {
        var killed = new Gateway();
        killed.serve();
        store.loseReply = true;
        killed.leases.tick();
        killed.serve();
        killed.kill();
        store.loseReply = false;
        restart();

        assertThat(store.used(COUNTER)).isEqualTo(2);
        assertThat(metered(Outcome.SERVED)).isEqualTo(USED.plus(USED));
    }

    @Test
    void aReportThatNeverArrivedIsMadeUpFor() {
        var killed = new Gateway();
        killed.serve();
        store.away = true;
        killed.leases.tick();
        killed.serve();
        killed.kill();
        store.away = false;
        restart();

        assertThat(store.used(COUNTER)).isEqualTo(2);
        assertThat(metered(Outcome.SERVED)).isEqualTo(USED.plus(USED));
    }

    @Test
    void dyingWhileRecoveringChangesNothing() {
        var killed = new Gateway();
        killed.serve();
        killed.kill();

        store.loseReply = true;
        failToRestart();
        store.loseReply = false;
        restart();

        assertThat(store.used(COUNTER)).isEqualTo(1);
        assertThat(metered(Outcome.SERVED)).isEqualTo(USED);
    }

    @Test
    void anAnswerThatIsLostWhileResumingDoublesNothing() {
        var killed = new Gateway();
        killed.serve();
        store.loseReply = true;
        killed.leases.tick();
        killed.kill();
        store.loseReply = false;

        store.loseResumed = true;
        failToRestart();
        store.loseResumed = false;
        restart();

        assertThat(store.used(COUNTER)).isEqualTo(1);
        assertThat(metered(Outcome.SERVED)).isEqualTo(USED);
    }

    @Test
    void aNodeThatWasGivenUpWhileItWasDownStillReportsWhatItUsed() {
        var killed = new Gateway();
        killed.serve();
        killed.leases.tick();
        killed.serve();
        killed.kill();
        store.setAside(killed.journal.node());
        restart();

        assertThat(store.used(COUNTER)).isEqualTo(2);
        assertThat(metered(Outcome.SERVED)).isEqualTo(USED.plus(USED));
        assertThat(store.forfeits).hasSize(1);
    }

    @Test
    void aGatewayThatLostItsJournalForfeitsAtOnceWhatItsNameHeld() throws IOException {
        var killed = new Gateway();
        killed.serve();
        killed.leases.tick();
        long held = store.leased(COUNTER);
        killed.kill();
        Files.delete(folder.resolve("journal"));
        restart();

        assertThat(store.used(COUNTER)).isEqualTo(1);
        assertThat(store.leased(COUNTER)).isZero();
        assertThat(store.forfeits).singleElement().matches(forfeit -> forfeit.units() == held);
    }

    @Test
    void aGatewayWithAJournalLeavesOneOfItsNameAloneThatIsAlive() {
        var one = new Gateway();
        one.serve();
        one.leases.tick();
        store.setAside(one.journal.node());
        new OneNode(store, named("blue"), 100);
        one.leases.tick();
        one.leases.tick();

        assertThat(store.forfeits).hasSize(1);
    }

    @Test
    void aJournalThatIsSettledIsEmptyTheNextTime() {
        var first = new Gateway();
        first.serve();
        first.leases.close().block();
        first.kill();
        int reports = store.applied.size();
        restart();

        assertThat(store.applied.subList(reports, store.applied.size()))
                .allMatch(report -> report.leases().isEmpty() && report.usage().isEmpty());
        assertThat(store.used(COUNTER)).isEqualTo(1);
    }

    private void restart() {
        Journal journal = Journal.open(folder, "blue", InstantSource.system());
        leases(journal).start().block();
        journal.close();
    }

    private void failToRestart() {
        Journal journal = Journal.open(folder, "blue", InstantSource.system());
        StepVerifier.create(leases(journal).start()).verifyError(IllegalStateException.class);
        journal.close();
    }

    private Journal named(String name) {
        return Journal.open(folder.resolve("other"), name, InstantSource.system());
    }

    private Leases leases(Journal journal) {
        return new Leases(
                store,
                journal,
                new Rollups(journal),
                () -> 0,
                () -> store.now,
                Duration.ofSeconds(2),
                Schedulers.parallel());
    }

    private Metered metered(Outcome outcome) {
        return store.applied.stream()
                .flatMap(report -> report.usage().stream())
                .filter(row -> row.rollup().equals(rollup(outcome)))
                .map(Rollups.Row::metered)
                .reduce(Metered.NONE, Metered::plus);
    }

    private static Rollup rollup(Outcome outcome) {
        return new Rollup(60, KEY, GROUP, null, RESELLER, "demo|1", "m", outcome);
    }
}
