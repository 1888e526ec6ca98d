package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.weir.quota.lease.CounterKey;
import io.weir.quota.lease.LeaseStore;
import io.weir.quota.lease.LeaseStore.Entry;
import io.weir.quota.lease.LeaseStore.Grant;
import io.weir.quota.lease.LeaseStore.Refused;
import io.weir.quota.lease.LeaseStore.Reply;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.price.Tokens;
import io.weir.quota.schedule.CalendarPeriod;
import io.weir.quota.schedule.Period;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
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

class ExchangeStoreTest {

    private static final long CREDIT = 1_000_000_000;

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 4);

    static final Duration LIFE = Duration.ofSeconds(60);

    final UUID node = UUID.randomUUID();
    final UUID key = UUID.randomUUID();
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
    void aRepeatedReportIsAppliedOnceAndGetsTheSameReply() {
        exchange(report(1, entry(month, 0, 0, 10, 10)));
        Report spent = report(2, entry(month, 7, 1, 0, 0));
        Reply first = exchange(spent);

        assertThat(exchange(spent)).isEqualTo(first);
        assertThat(
                        database.number(
                                "SELECT used FROM counter WHERE subject = '%s'"
                                        .formatted(reseller)))
                .isEqualTo(7);
        assertThat(requests()).isEqualTo(2);
    }

    @Test
    void aReportOutOfSequenceIsRefusedAndChangesNothing() {
        StepVerifier.create(store.exchange(report(5, entry(month, 1, 0, 0, 0))))
                .verifyError(Refused.class);

        assertThat(requests()).isZero();
    }

    @Test
    void whatIsLeftIsGrantedAndNoMore() {
        Grant grant = only(exchange(report(1, entry(month, 0, 0, 1_000, 1_000))));

        assertThat(grant).isEqualTo(new Grant(true, 100, 0, 100, 0, 100, grant.limit()));
        assertThat(grant.limit()).hasValue(100);
    }

    @Test
    void aNodeThatOnlyWantsLeavesMostOfWhatIsLeft() {
        assertThat(only(exchange(report(1, entry(month, 0, 0, 1, 1_000)))).granted()).isEqualTo(25);
    }

    @Test
    void useBeyondTheLeaseIsCountedAndOwed() {
        exchange(report(1, entry(month, 0, 0, 10, 10)));
        Grant grant = only(exchange(report(2, entry(month, 300, 0, 10, 10))));

        assertThat(grant.used()).isEqualTo(300);
        assertThat(grant.leased()).isZero();
        assertThat(grant.granted()).isZero();
    }

    @Test
    void nobodyGivesBackWhatItDoesNotHold() {
        StepVerifier.create(store.exchange(report(1, entry(month, 0, 5, 0, 0))))
                .verifyError(R2dbcException.class);

        assertThat(
                        database.number(
                                "SELECT count(*) FROM lease WHERE subject = '%s'"
                                        .formatted(reseller)))
                .isZero();
    }

    @Test
    void thePeriodIsDecidedByTheDatabasesClock() {
        Period last = CalendarPeriod.MONTHLY.at(month.starts().minusSeconds(1), ZoneOffset.UTC);
        Period next = CalendarPeriod.MONTHLY.at(month.ends(), ZoneOffset.UTC);
        Reply reply = exchange(report(1, entry(last, 0, 0, 1, 1), entry(next, 0, 0, 1, 1)));

        assertThat(reply.grants())
                .noneMatch(Grant::inForce)
                .allMatch(grant -> grant.granted() == 0);
        assertThat(Duration.between(reply.now(), Instant.now()).abs())
                .isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void usageIsToldApartByTheGroupOfItsKeyAndSummedByTheHour() {
        UUID group = UUID.randomUUID();
        exchange(usage(1, row(60, null, 1), row(60, group, 2), row(120, group, 4)));
        exchange(usage(2, row(120, group, 8), row(3600, null, 16)));

        assertThat(requests("usage_minute", "minute = to_timestamp(60) AND group_id IS NULL"))
                .isEqualTo(1);
        String inGroup = " AND group_id = '%s'".formatted(group);
        assertThat(requests("usage_minute", "minute = to_timestamp(120)" + inGroup)).isEqualTo(12);
        assertThat(requests("usage_hour", "hour = to_timestamp(0)" + inGroup)).isEqualTo(14);
        assertThat(requests("usage_hour", "hour = to_timestamp(3600) AND group_id IS NULL"))
                .isEqualTo(16);
        assertThat(requests("usage_hour", "true")).isEqualTo(31);
        assertThat(credits("usage_minute", "minute = to_timestamp(120)" + inGroup))
                .isEqualTo(12 * CREDIT);
        assertThat(credits("usage_hour", "hour = to_timestamp(0)" + inGroup))
                .isEqualTo(14 * CREDIT);
        assertThat(credits("usage_hour", "true")).isEqualTo(31 * CREDIT);
    }

    @Test
    void creditsBeyondWhatARowHoldsStopNoReport() {
        var absurd =
                new Rollups.Row(
                        row(60, null, 1).rollup(), new Metered(1, Tokens.NONE, 0, Long.MAX_VALUE));
        exchange(usage(1, absurd));
        exchange(usage(2, absurd));

        assertThat(credits("usage_minute", "true")).isEqualTo(Long.MAX_VALUE);
        assertThat(credits("usage_hour", "true")).isEqualTo(Long.MAX_VALUE);
        assertThat(requests("usage_hour", "true")).isEqualTo(2);
    }

    private Reply exchange(Report report) {
        return Objects.requireNonNull(store.exchange(report).block(Duration.ofSeconds(10)));
    }

    private Rollups.Row row(long minute, @Nullable UUID group, long requests) {
        return new Rollups.Row(
                new Rollup(minute, key, group, null, reseller, "demo", "", Outcome.SERVED),
                new Metered(requests, Tokens.NONE, 0, requests * CREDIT));
    }

    private Report usage(long sequence, Rollups.Row... rows) {
        return new Report(node, sequence, LIFE, List.of(), List.of(rows));
    }

    private Report report(long sequence, Entry... entries) {
        var rollup = new Rollup(0, key, null, null, reseller, "demo", "", Outcome.SERVED);
        return new Report(
                node,
                sequence,
                LIFE,
                List.of(entries),
                List.of(new Rollups.Row(rollup, Metered.requests(1))));
    }

    private Entry entry(Period period, long used, long returned, long needs, long wants) {
        return new Entry(pool, period, used, returned, needs, wants);
    }

    private static Grant only(Reply reply) {
        return reply.grants().getFirst();
    }

    private long requests() {
        return requests("usage_minute", "true");
    }

    private long requests(String table, String which) {
        return sum("requests", table, which);
    }

    private long credits(String table, String which) {
        return sum("credits", table, which);
    }

    private long sum(String column, String table, String which) {
        return database.number(
                "SELECT coalesce(sum(%s), 0) FROM %s WHERE key_id = '%s' AND %s"
                        .formatted(column, table, key, which));
    }
}
