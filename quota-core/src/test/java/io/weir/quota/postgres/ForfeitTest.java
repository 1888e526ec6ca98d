package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Refused;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.lease.LeaseStore.Resumed;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Period;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/// Nodes that are lost, and what becomes of their leases.
class ForfeitTest {

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 4);
    static final Duration LIFE = Duration.ofSeconds(60);

    long resumes = 10;
    final UUID lost = UUID.randomUUID();
    final UUID other = UUID.randomUUID();
    final UUID reseller = database.reseller("100");
    final CounterKey pool = new CounterKey(reseller, new PolicyName("pool"));
    final Period month = CalendarPeriod.MONTHLY.at(Instant.now(), ZoneOffset.UTC);
    final LeaseStore store = postgres.leases();

    @AfterAll
    static void stop() {
        postgres.close().block(Duration.ofSeconds(10));
        database.close();
    }

    @Test
    void aNodeThatMayBeSpendingItsLeaseIsNotGivenUp() {
        ask(lost, 1, 40);

        assertThatThrownBy(() -> forfeit(lost)).hasMessageContaining("may be in use until");
        assertThat(sqlState(() -> forfeit(lost))).isEqualTo("WE004");
        assertThat(number("SELECT leased FROM counter WHERE subject = '%s'", reseller))
                .isEqualTo(40);
    }

    @Test
    void aLeaseIsListedForTheOperatorOnceItHasExpired() {
        ask(lost, 1, 40);
        String expired = "SELECT coalesce(sum(held), 0) FROM expired_lease WHERE node = '%s'";
        assertThat(number(expired, lost)).isZero();
        assertThat(
                        number(
                                "SELECT extract(epoch FROM l.expires_at - n.seen_at) FROM lease l"
                                        + " JOIN node n ON n.id = l.node WHERE n.id = '%s'",
                                lost))
                .isEqualTo(60);

        die(lost);
        assertThat(number(expired, lost)).isEqualTo(40);
        assertThat(number(expired + " AND may_be_forfeited", lost)).isEqualTo(40);
    }

    @Test
    void whatALostNodeHeldIsSetAsideAndCountsAgainstTheLimit() {
        ask(lost, 1, 40);
        giveUp(lost);
        Grant grant = ask(other, 1, 1_000);

        assertThat(grant).isEqualTo(new Grant(true, 60, 0, 60, 40, 60, grant.limit()));
        assertThat(forfeit(lost)).isZero();
    }

    @Test
    void itsReportsAreRefusedAndToldWhichCameLast() {
        ask(lost, 1, 40);
        giveUp(lost);

        for (long number : new long[] {1, 2, 7}) {
            StepVerifier.create(store.exchange(report(lost, number, 5, 0)))
                    .verifyErrorSatisfies(
                            failure ->
                                    assertThat(failure)
                                            .isInstanceOfSatisfying(
                                                    Refused.class,
                                                    refused ->
                                                            assertThat(refused.applied())
                                                                    .isEqualTo(1)));
        }
        StepVerifier.create(store.resume(lost, "", null, 9)).verifyError(Refused.class);
        assertThat(number("SELECT used FROM counter WHERE subject = '%s'", reseller)).isZero();
    }

    @Test
    void whatIsRefundedIsGrantedAgain() {
        ask(lost, 1, 100);
        giveUp(lost);
        decide("refunded");

        assertThat(ask(other, 1, 1_000).granted()).isEqualTo(100);
        assertThat(number("SELECT forfeited FROM counter WHERE subject = '%s'", reseller)).isZero();
    }

    @Test
    void whatIsBookedIsUsed() {
        ask(lost, 1, 40);
        giveUp(lost);
        decide("booked");

        Grant grant = ask(other, 1, 1_000);
        assertThat(grant.used()).isEqualTo(40);
        assertThat(grant.granted()).isEqualTo(60);
    }

    @Test
    void aForfeitIsDecidedOnce() {
        ask(lost, 1, 40);
        giveUp(lost);
        decide("booked");

        assertThat(sqlState(() -> decide("refunded"))).isEqualTo("WE005");
        assertThat(sqlState(() -> decide("booked"))).isEqualTo("WE005");
        assertThat(number("SELECT used FROM counter WHERE subject = '%s'", reseller)).isEqualTo(40);
        assertThat(sqlState(() -> forfeit(UUID.randomUUID()))).isEqualTo("P0002");
    }

    @Test
    void aGatewayThatLostItsIdentityTakesOverItsNameEvenFromALiveNode() {
        String name = UUID.randomUUID().toString();
        resume(lost, name, null);
        ask(lost, resumes + 1, 40);

        assertThat(resume(other, name, null).forfeits()).isEqualTo(1);
        StepVerifier.create(store.exchange(report(lost, resumes + 1, 0, 0)))
                .verifyError(Refused.class);
        assertThat(number("SELECT count(*) FROM node WHERE successor = '%s'", other)).isEqualTo(1);
    }

    @Test
    void aGatewayThatKnowsItsIdentityLeavesAnotherOfItsNameAloneWhileThatIsAlive() {
        String name = UUID.randomUUID().toString();
        resume(lost, name, null);
        ask(lost, resumes + 1, 40);
        assertThat(resume(other, name, UUID.randomUUID()).forfeits()).isZero();

        die(lost);
        assertThat(resume(other, name, null).forfeits()).isEqualTo(1);
    }

    @Test
    void aNodeReplacesTheOneItWas() {
        ask(lost, 1, 40);

        assertThat(resume(other, "", lost).forfeits()).isEqualTo(1);
        assertThat(resume(other, "", lost).forfeits()).isZero();
        assertThat(number("SELECT sum(units) FROM forfeit WHERE node = '%s'", lost)).isEqualTo(40);
    }

    @Test
    void resumingTwiceStillTellsWhichReportWasAppliedLast() {
        ask(lost, 1, 40);

        assertThat(resume(lost, "", null).applied()).isEqualTo(1);
        Resumed again = resume(lost, "", null);
        assertThat(again.applied()).isEqualTo(1);
        assertThat(again.sequence()).isEqualTo(resumes);
        assertThat(again.leases()).hasSize(1);
    }

    @Test
    void aResumeThatComesLateChangesNothing() {
        ask(lost, 1, 40);
        Resumed resumed = resume(lost, "", null);

        StepVerifier.create(store.resume(lost, "", null, resumed.sequence() - 1))
                .verifyError(Refused.class);
        assertThat(reply(report(lost, resumed.sequence() + 1, 7, 0)).grants().getFirst().held())
                .isEqualTo(33);
    }

    @Test
    void nodesThatAreAliveAreCountedInTheOrderOfTheirIds() {
        database.run("UPDATE node SET seen_at = seen_at - interval '1 hour'");
        UUID first =
                UUID.fromString(
                        "00000000-0000-4000-8000-%012x".formatted(System.nanoTime() >>> 16));
        UUID last =
                UUID.fromString(
                        "ffffffff-0000-4000-8000-%012x".formatted(System.nanoTime() >>> 16));
        var alone = reply(report(last, 1, 0, 0));
        assertThat(alone.nodes()).isEqualTo(1);
        assertThat(alone.rank()).isZero();

        assertThat(reply(report(first, 1, 0, 0)).rank()).isZero();
        var both = reply(report(last, 2, 0, 0));
        assertThat(both.nodes()).isEqualTo(2);
        assertThat(both.rank()).isEqualTo(1);
    }

    private Grant ask(UUID node, long number, long units) {
        return reply(report(node, number, 0, units)).grants().getFirst();
    }

    private LeaseStore.Reply reply(Report report) {
        return Objects.requireNonNull(store.exchange(report).block(Duration.ofSeconds(10)));
    }

    private Report report(UUID node, long number, long used, long needs) {
        var entry = new Entry(pool, month, used, 0, needs, needs);
        return new Report(node, number, LIFE, List.of(entry), List.of());
    }

    private Resumed resume(UUID node, String name, @Nullable UUID replaces) {
        return Objects.requireNonNull(
                store.resume(node, name, replaces, ++resumes).block(Duration.ofSeconds(10)));
    }

    private static void die(UUID node) {
        database.run(
                """
                UPDATE node SET seen_at = seen_at - interval '61 s' WHERE id = '%1$s';
                UPDATE lease SET expires_at = expires_at - interval '61 s' WHERE node = '%1$s'
                """
                        .formatted(node));
    }

    private static void giveUp(UUID node) {
        die(node);
        assertThat(forfeit(node)).isEqualTo(1);
    }

    private static long forfeit(UUID node) {
        return database.asAdmin("SELECT weir.forfeit_node('%s')".formatted(node));
    }

    private void decide(String decision) {
        database.asAdmin(
                """
                SELECT (weir.decide_forfeit(id, '%s')).units FROM weir.forfeit WHERE node = '%s'
                """
                        .formatted(decision, lost));
    }

    private static long number(String sql, UUID of) {
        return database.number(sql.formatted(of));
    }

    private static @Nullable String sqlState(Runnable statement) {
        try {
            statement.run();
            return null;
        } catch (IllegalStateException failed) {
            return failed.getCause() instanceof SQLException cause ? cause.getSQLState() : null;
        }
    }
}
