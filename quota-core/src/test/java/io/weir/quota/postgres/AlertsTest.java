package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Period;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/// Alerts are put down by what counts the usage, however many nodes report at once.
class AlertsTest {

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 8);
    static final Duration LIFE = Duration.ofSeconds(60);

    final LeaseStore store = postgres.leases();
    final UUID reseller = database.reseller("100000");
    final UUID client = database.client(reseller, 1_000, "hard", 0);
    final Period month = CalendarPeriod.MONTHLY.at(Instant.now(), ZoneOffset.UTC);

    @AfterAll
    static void stop() {
        postgres.close().block(Duration.ofSeconds(10));
        database.close();
    }

    /// A node that reports what it used.
    private final class Node {

        final UUID id = UUID.randomUUID();
        long sequence;

        void uses(long units) {
            exchange(next(units));
        }

        Report next(long units) {
            var counter = new CounterKey(client, new PolicyName("monthly"));
            var entry = new Entry(counter, month, units, 0, 0, 0);
            return new Report(id, ++sequence, LIFE, List.of(entry), List.of());
        }

        void exchange(Report report) {
            Objects.requireNonNull(store.exchange(report).block(Duration.ofSeconds(10)));
        }
    }

    @Test
    void aPercentageThatIsReachedIsPutDownByTheReportThatReachedIt() {
        var node = new Node();
        node.uses(799);
        assertThat(alerts("true")).isZero();

        node.uses(1);
        assertThat(alerts("percent = 80 AND used = 800 AND \"limit\" = 1000")).isEqualTo(1);
        assertThat(alerts("kind = 'client' AND unit = 'requests' AND policy = 'monthly'"))
                .isEqualTo(1);
        assertThat(alerts("reseller_id = '%s'".formatted(reseller))).isEqualTo(1);
    }

    @Test
    void aRepeatedReportPutsDownNothingMore() {
        var node = new Node();
        Report report = node.next(900);
        node.exchange(report);
        node.exchange(report);
        node.uses(50);

        assertThat(alerts("true")).isEqualTo(1);
    }

    @Test
    void severalPercentagesThatOneReportReachesAreEachPutDown() {
        percents("'{50,80,100}'");
        new Node().uses(1_000);

        assertThat(alerts("percent IN (50, 80, 100)")).isEqualTo(3);
    }

    @Test
    void theyAreInTheOrderOfTheirPercentagesThoughOneReportReachedThemAll() {
        percents("'{10,20,30,40,50,60,70,80,90,100}'");
        new Node().uses(1_000);

        assertThat(
                        database.texts(
                                "SELECT percent FROM alert WHERE subject = ? ORDER BY id", client))
                .containsExactly("10", "20", "30", "40", "50", "60", "70", "80", "90", "100");
    }

    @Test
    void threeNodesThatReportAtOncePutDownEachPercentageOnce() {
        percents("'{10,20,30,40,50,60,70,80,90,100}'");
        List<Node> nodes = List.of(new Node(), new Node(), new Node());
        Flux.fromIterable(nodes)
                .flatMap(node -> Flux.range(0, 50).concatMap(_ -> store.exchange(node.next(10))))
                .blockLast(Duration.ofSeconds(60));

        assertThat(used()).isEqualTo(1_500);
        assertThat(alerts("true")).isEqualTo(10);
        for (int percent = 10; percent <= 100; percent += 10) {
            String first = "percent = %d AND used = %d".formatted(percent, percent * 10);
            assertThat(alerts(first)).as(first).isEqualTo(1);
        }
    }

    @Test
    void raisingTheLimitAndReachingItAgainInThePeriodPutsDownNothingMore() {
        var node = new Node();
        node.uses(800);
        run("UPDATE client SET monthly_quota = 10000 WHERE id = '%s'");
        node.uses(100);
        node.uses(7_100);
        assertThat(used()).isEqualTo(8_000);

        assertThat(alerts("true")).isEqualTo(1);
    }

    @Test
    void aPercentageIsOfTheQuotaWithoutItsBuffer() {
        run("UPDATE client SET overage = 'soft', buffer_percent = 100 WHERE id = '%s'");
        new Node().uses(800);

        assertThat(alerts("\"limit\" = 1000")).isEqualTo(1);
    }

    @Test
    void aQuotaWithoutALimitHasNoPercentages() {
        run("UPDATE client SET overage = 'unlimited' WHERE id = '%s'");
        new Node().uses(5_000);

        assertThat(alerts("true")).isZero();
    }

    @Test
    void whoWantsToKnowNothingIsToldNothing() {
        percents("'{}'");
        new Node().uses(1_000);

        assertThat(alerts("true")).isZero();
    }

    @Test
    void whatIsBookedByHandCounts() {
        var node = new Node();
        node.uses(100);
        run(
                """
                UPDATE counter SET forfeited = 700 WHERE subject = '%s'
                """);
        database.run(
                """
                INSERT INTO forfeit (node, subject, policy, starts, units)
                VALUES ('%s', '%s', 'monthly', '%s', 700)
                """
                        .formatted(node.id, client, month.starts()));
        database.asAdmin(
                "SELECT (weir.decide_forfeit(id, 'booked')).units FROM weir.forfeit WHERE subject = '%s'"
                        .formatted(client));

        assertThat(alerts("percent = 80 AND used = 800")).isEqualTo(1);
    }

    @Test
    void whatIsOlderThanUsageIsForgottenWhenThereIsMore() {
        new Node().uses(800);
        run("UPDATE alert SET crossed_at = now() - interval '401 days' WHERE subject = '%s'");
        percents("'{80,90}'");
        new Node().uses(100);

        assertThat(alerts("true")).isEqualTo(1);
        assertThat(alerts("percent = 90")).isEqualTo(1);
    }

    private void percents(String array) {
        run("UPDATE client SET alert_percents = %s WHERE id = '%%s'".formatted(array));
    }

    private void run(String sql) {
        database.run(sql.formatted(client));
    }

    private long used() {
        return database.number("SELECT used FROM counter WHERE subject = '%s'".formatted(client));
    }

    private long alerts(String condition) {
        return database.number(
                "SELECT count(*) FROM alert WHERE subject = '%s' AND %s"
                        .formatted(client, condition));
    }
}
