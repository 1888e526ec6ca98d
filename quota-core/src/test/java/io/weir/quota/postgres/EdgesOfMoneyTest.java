package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.schedule.Calendar;
import io.weir.quota.schedule.Renewal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Amounts at both ends of what a `long` holds: they fit, or are refused by name and change
/// nothing; none wraps.
class EdgesOfMoneyTest {

    private static final long MOST = Long.MAX_VALUE;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String OUT_OF_RANGE = "22003";
    private static final String CHECK = "23514";
    private static final String TOO_LITTLE = "WE007";

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 2);

    final UUID reseller = database.reseller("1");
    final UUID key = key();
    final UUID node = UUID.randomUUID();
    final Map<UUID, Long> sequences = new HashMap<>();

    @AfterAll
    static void stop() {
        assertThat(database.asAdmin("SELECT verified::int FROM weir.verify_ledger()")).isOne();
        postgres.close().block(PATIENCE);
        database.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0})
    void nothingLessThanOneMoves(long amount) {
        topUp(10);
        open(key, 10, 5);

        refused(CHECK, "SELECT top_up('%s', %d)".formatted(reseller, amount));
        refused(CHECK, "SELECT top_up_budget('%s', %d)".formatted(key, amount));
        refused(CHECK, "SELECT open_budget('%s', %d, %d)".formatted(key(), amount, amount));
        refused(CHECK, "SELECT open_budget('%s', 10, %d)".formatted(key(), amount));
    }

    @Test
    void theWidestBudgetIsSpentToItsLastUnit() {
        topUp(MOST);
        open(key, MOST, MOST - 1);
        assertThat(balance("balance")).isOne();

        assertThat(exchange(key, 0, 0, MOST).granted()).isEqualTo(MOST);
        assertThat(amount("budget", reseller, "reserved")).isEqualTo(MOST);
        exchange(key, MOST, 0, 0);
        book();

        assertThat(balance("consumed")).isEqualTo(MOST - 1);
        assertThat(balance("margin")).isOne();
        assertThat(balance("revenue")).isEqualTo(MOST - 1);
        assertThat(balance("budget")).isZero();
        refused(OUT_OF_RANGE, "SELECT top_up_budget('%s', 1)".formatted(key));
    }

    @Test
    void theWidestMarginIsExactToTheLastUnit() {
        topUp(1);
        open(key, MOST, 1);
        exchange(key, 0, 0, MOST);

        exchange(key, MOST - 1, 0, 0);
        book();
        assertThat(balance("consumed")).isZero();
        assertThat(balance("margin")).isEqualTo(MOST - 1);

        exchange(key, 1, 0, 0);
        book();
        assertThat(balance("consumed")).isOne();
        assertThat(balance("margin")).isEqualTo(MOST - 1);
        database.run("DELETE FROM key WHERE id = '%s'".formatted(key));
        assertThat(balance("balance")).isZero();
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() {
        topUp(MOST - 1);
        refused(OUT_OF_RANGE, "SELECT top_up('%s', %d)".formatted(reseller, MOST));
        refused(CHECK, "SELECT top_up('%s', 2)".formatted(reseller));

        open(key, MOST - 1, 1);
        refused(OUT_OF_RANGE, "SELECT top_up_budget('%s', 2)".formatted(key));
        refused(OUT_OF_RANGE, "SELECT top_up_budget('%s', %d)".formatted(key, MOST));
        refused(TOO_LITTLE, "SELECT open_budget('%s', %d, %2$d)".formatted(key(), MOST - 1));
        refused(CHECK, "SELECT open_budget('%s', %d, %d)".formatted(key(), MOST - 1, MOST));
    }

    @Test
    void whatIsReportedBeyondAllNumbersIsRefused() {
        topUp(10);
        open(key, 10, 5);
        exchange(key, 0, 0, 10);
        exchange(key, MOST, 0, 0);

        String before = books();
        assertThat(state(() -> exchange(key, 1, 0, 0))).isEqualTo(OUT_OF_RANGE);
        assertThat(books()).isEqualTo(before);
        book();
        assertThat(balance("margin")).isEqualTo(5);
        assertThat(balance("consumed")).isEqualTo(5);
    }

    /// Two of a reseller's keys do not fit into its suspense: the node stays as it is.
    @Test
    void whatTwoLostBudgetsHoldTogetherIsRefusedIfItDoesNotFit() {
        topUp(2);
        UUID second = key();
        open(key, MOST, 1);
        open(second, MOST, 1);
        exchange(key, 0, 0, MOST);
        exchange(second, 0, 0, MOST);
        database.run("UPDATE node SET seen_at = seen_at - interval '1 h'");

        refused(OUT_OF_RANGE, "SELECT forfeit_node('%s')".formatted(node));
        exchange(second, 0, MOST, 0);
        database.run("UPDATE node SET seen_at = seen_at - interval '1 h'");
        database.run("SELECT forfeit_node('%s')".formatted(node));
        assertThat(balance("suspense")).isEqualTo(MOST);

        database.run(
                "SELECT decide_forfeit(id, 'booked') FROM forfeit WHERE node = '%s'"
                        .formatted(node));
        assertThat(balance("suspense")).isZero();
        assertThat(balance("margin")).isEqualTo(MOST - 1);
        assertThat(balance("consumed")).isOne();
    }

    /// Their spending is booked; what it earns is counted as far as it can be.
    @Test
    void refereesMayConsumeMoreThanIsCounted() {
        UUID other = database.reseller("1");
        UUID referrer = database.reseller("1");
        database.run(
                "TRUNCATE referral_tier; INSERT INTO referral_tier VALUES (0, 10), (1000, 100)");
        database.run(
                "UPDATE reseller SET referred_by = '%s' WHERE id IN ('%s', '%s')"
                        .formatted(referrer, reseller, other));
        UUID second = key(other);
        for (UUID referee : List.of(reseller, other)) {
            database.run("SELECT top_up('%s', %d)".formatted(referee, MOST));
            open(referee.equals(other) ? second : key, MOST, MOST);
        }
        for (UUID each : List.of(key, second)) {
            exchange(each, 0, 0, MOST);
            exchange(each, MOST, 0, 0);
            book();
        }

        assertThat(database.number("SELECT consumed FROM referral")).isEqualTo(MOST);
        assertThat(amount("commission", referrer, "balance")).isEqualTo(MOST - 900);
        assertThat(database.number("SELECT count(*) FROM counter WHERE unbooked_since IS NOT NULL"))
                .isZero();
    }

    private void topUp(long amount) {
        database.run("SELECT top_up('%s', %d)".formatted(reseller, amount));
    }

    private static void open(UUID of, long price, long cost) {
        database.run("SELECT open_budget('%s', %d, %d)".formatted(of, price, cost));
    }

    private static void book() {
        database.run("SELECT book_spending('0', 100)");
    }

    /// By this name, and without a trace.
    private void refused(String name, String statement) {
        String before = books();
        assertThat(state(() -> database.run(statement))).as(statement).isEqualTo(name);
        assertThat(books()).isEqualTo(before);
    }

    private static String books() {
        return database.texts(
                        """
                        SELECT (SELECT json_agg(a ORDER BY id) FROM account a)::text || (SELECT hash FROM ledger_head)
                            || coalesce((SELECT json_agg(c ORDER BY subject) FROM counter c)::text, '')
                            || coalesce((SELECT json_agg(l ORDER BY subject) FROM lease l)::text, '')
                        """)
                .getFirst();
    }

    private static String state(Runnable statement) {
        try {
            statement.run();
            return "none";
        } catch (RuntimeException failed) {
            return stateOf(failed);
        }
    }

    private static String stateOf(Throwable failed) {
        return switch (failed) {
            case SQLException refusal -> refusal.getSQLState();
            case io.r2dbc.spi.R2dbcException refusal -> Objects.toString(refusal.getSqlState());
            case Throwable other when other.getCause() != null -> stateOf(other.getCause());
            default -> failed.toString();
        };
    }

    private Grant exchange(UUID of, long used, long returned, long needs) {
        long sequence = sequences.getOrDefault(node, 0L) + 1;
        var period = new Renewal.Never().at(Instant.now(), Calendar.UTC);
        var entry =
                new Entry(
                        new CounterKey(of, new PolicyName("budget")),
                        period,
                        used,
                        returned,
                        needs,
                        needs);
        var reply =
                postgres.leases()
                        .exchange(
                                new Report(
                                        node,
                                        sequence,
                                        Duration.ofSeconds(60),
                                        List.of(entry),
                                        List.of()))
                        .block(PATIENCE);
        sequences.put(node, sequence);
        return Objects.requireNonNull(reply).grants().getFirst();
    }

    private UUID key() {
        return key(reseller);
    }

    private static UUID key(UUID of) {
        UUID id = UUID.randomUUID();
        database.run(
                "INSERT INTO key (id, reseller_id, label, prefix, last_four) VALUES ('%s', '%s', 'k', 'p', '1234')"
                        .formatted(id, of));
        return id;
    }

    private long balance(String kind) {
        return amount(kind, reseller, "balance");
    }

    private static long amount(String kind, UUID of, String column) {
        return database.number(
                "SELECT coalesce(sum(%s), 0) FROM account WHERE kind = '%s' AND reseller_id = '%s'"
                        .formatted(column, kind, of));
    }
}
