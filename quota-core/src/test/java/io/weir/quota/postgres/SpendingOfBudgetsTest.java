package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.Renewal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What gateways spend of a budget, from their leases to the ledger.
class SpendingOfBudgetsTest {

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 2);
    static final Duration LIFE = Duration.ofSeconds(60);

    final UUID reseller = database.reseller("1000000");
    final UUID key = UUID.randomUUID();
    final UUID node = UUID.randomUUID();
    final UUID other = UUID.randomUUID();
    final CounterKey budget = new CounterKey(key, new PolicyName("budget"));
    final Map<UUID, Long> sequences = new HashMap<>();

    @AfterAll
    static void stop() {
        assertThat(database.asAdmin("SELECT verified::int FROM weir.verify_ledger()")).isOne();
        postgres.close().block(Duration.ofSeconds(10));
        database.close();
    }

    @BeforeEach
    void sell() {
        database.run(
                """
                INSERT INTO key (id, reseller_id, label, prefix, last_four) VALUES ('%1$s', '%2$s', 'k', 'p', '1234');
                SELECT top_up('%2$s', 200000000000); SELECT open_budget('%1$s', 100000000000, 60000000000)
                """
                        .formatted(key, reseller));
    }

    @Test
    void whatIsLeasedOrSpentIsReservedUntilItIsBooked() {
        assertThat(lease(node, "40")).isEqualTo("40");
        assertThat(reserved()).isEqualTo("40");

        report(node, "34.2", "5.8");
        assertThat(reserved()).isEqualTo("34.2");
        assertThat(balance("margin")).isEqualTo("0");

        book();
        assertThat(reserved()).isEqualTo("0");
        assertThat(balance("margin")).isEqualTo("13.68");
        assertThat(balance("consumed")).isEqualTo("20.52");
    }

    @Test
    void spendingIsBookedOnceItHasWaitedLongEnough() {
        lease(node, "40");
        report(node, "10", "0");

        assertThat(database.number("SELECT book_spending('1 h', 10)")).isZero();
        assertThat(balance("margin")).isEqualTo("0");
        assertThat(database.number("SELECT book_spending('0', 10)")).isOne();
        assertThat(database.number("SELECT book_spending('0', 10)")).isZero();
        assertThat(balance("margin")).isEqualTo("4");
    }

    @Test
    void nobodyIsGrantedMoreThanIsLeftOfABudget() {
        lease(node, "70");
        report(node, "65", "0");
        book();

        assertThat(lease(other, "40")).isEqualTo("30");
        assertThat(lease(node, "40")).isEqualTo("0");
    }

    @Test
    void aTopUpIsThereAtOnce() {
        lease(node, "100");
        database.run("SELECT top_up_budget('%s', 50000000000)".formatted(key));

        assertThat(lease(node, "60")).isEqualTo("50");
    }

    @Test
    void ofADeletedKeyTheRestComesBackAsGatewaysGiveItBack() {
        lease(node, "40");
        report(node, "34.2", "0");
        database.run("DELETE FROM key WHERE id = '%s'".formatted(key));
        // 60 of 100 were leased to nobody: 36 of what the reseller paid
        assertThat(balance("balance")).isEqualTo("176");
        assertThat(reserved()).isEqualTo("5.8");
        assertThat(lease(other, "1")).isEqualTo("none");

        report(node, "1.8", "4");
        database.run("SELECT book_spending('1 h', 10)");
        assertThat(balance("balance")).isEqualTo("178.4");
        assertThat(balance("consumed")).isEqualTo("21.6");
        assertThat(balance("reserve")).isEqualTo("0");
        assertThat(balance("budget")).isEqualTo("0");
        assertThat(balance("sold")).isEqualTo("-36");
    }

    @Test
    void whatALostGatewayHeldIsInSuspenseUntilItIsDecidedOver() {
        lease(node, "40");
        report(node, "10", "0");
        giveUp(node);
        assertThat(balance("suspense")).isEqualTo("30");
        assertThat(reserved()).isEqualTo("10");
        assertThat(lease(other, "90")).isEqualTo("60");
        report(other, "0", "60");

        decide("refunded");
        assertThat(balance("suspense")).isEqualTo("0");
        assertThat(lease(other, "90")).isEqualTo("90");
    }

    @Test
    void whatALostGatewayHeldMayBeBookedAsSpent() {
        lease(node, "40");
        report(node, "10", "0");
        giveUp(node);

        decide("booked");
        assertThat(balance("suspense")).isEqualTo("0");
        assertThat(balance("margin")).isEqualTo("16");
        assertThat(balance("consumed")).isEqualTo("24");
        assertThat(lease(other, "90")).isEqualTo("60");
    }

    @Test
    void whatWasUsedBeyondEveryLeaseIsBookedWhenThereIsRoomForIt() {
        lease(node, "100");
        giveUp(node);
        report(other, "5", "0");
        book();
        assertThat(balance("margin")).isEqualTo("0");

        decide("refunded");
        assertThat(balance("margin")).isEqualTo("2");
        assertThat(lease(other, "100")).isEqualTo("95");
    }

    private String lease(UUID by, String amount) {
        Grant grant = exchange(by, 0, 0, nanos(amount));
        return grant.inForce() ? decimal(grant.granted()) : "none";
    }

    private void report(UUID by, String used, String returned) {
        exchange(by, nanos(used), nanos(returned), 0);
    }

    private Grant exchange(UUID by, long used, long returned, long needs) {
        long sequence = sequences.merge(by, 1L, Long::sum);
        var period = new Renewal.Never().at(Instant.now(), Calendar.UTC);
        var entry = new Entry(budget, period, used, returned, needs, needs);
        var reply =
                postgres.leases()
                        .exchange(new Report(by, sequence, LIFE, List.of(entry), List.of()))
                        .block(Duration.ofSeconds(10));
        return Objects.requireNonNull(reply).grants().getFirst();
    }

    private void giveUp(UUID lost) {
        database.run(
                "UPDATE node SET seen_at = seen_at - interval '1 h' WHERE id = '%1$s'; SELECT forfeit_node('%1$s')"
                        .formatted(lost));
    }

    private void decide(String verdict) {
        database.run(
                "SELECT decide_forfeit(id, '%s') FROM forfeit WHERE subject = '%s'"
                        .formatted(verdict, key));
    }

    private void book() {
        database.run("SELECT book_spending('0', 10)");
    }

    private String balance(String kind) {
        return amount("balance", kind);
    }

    private String reserved() {
        return amount("reserved", "budget");
    }

    private String amount(String column, String kind) {
        return decimal(
                database.number(
                        "SELECT coalesce(sum(%s), 0) FROM account WHERE reseller_id = '%s' AND kind = '%s'"
                                .formatted(column, reseller, kind)));
    }

    private static String decimal(long nanos) {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }

    private static long nanos(String decimal) {
        return new BigDecimal(decimal).movePointRight(9).longValueExact();
    }
}
