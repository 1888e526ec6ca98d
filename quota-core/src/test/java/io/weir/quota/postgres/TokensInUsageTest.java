package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.lease.LeaseStore;
import io.weir.quota.lease.LeaseStore.Reply;
import io.weir.quota.lease.LeaseStore.Report;
import io.weir.quota.price.TokenClass;
import io.weir.quota.price.Tokens;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Rollups;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Tokens on their way from a report to the tables.
class TokensInUsageTest {

    private static final Duration LIFE = Duration.ofSeconds(60);
    private static final Tokens EACH = new Tokens(1, 2, 4, 8, 16, 32, 64, 128);
    private static final Metered ANSWER = new Metered(1, EACH, 5, 7);

    static final TestDatabase database = TestDatabase.start();
    static final Postgres postgres = Postgres.open(database.gateway(), "test", 4);

    final UUID node = UUID.randomUUID();
    final UUID key = UUID.randomUUID();
    final UUID reseller = database.reseller("100");
    final LeaseStore store = postgres.leases();

    @AfterAll
    static void stop() {
        postgres.close().block(Duration.ofSeconds(10));
        database.close();
    }

    @Test
    void eachClassIsBookedByMinuteAndHour() {
        exchange(1, row(60, "gpt", ANSWER), row(120, "gpt", ANSWER), row(120, "claude", ANSWER));
        exchange(2, row(120, "gpt", ANSWER), row(3_600, "gpt", ANSWER));

        assertThat(tokens("usage_minute", "minute = to_timestamp(60)"))
                .containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 5);
        assertThat(tokens("usage_minute", "minute = to_timestamp(120) AND model = 'gpt'"))
                .containsExactly(2, 4, 8, 16, 32, 64, 128, 256, 10);
        assertThat(tokens("usage_hour", "hour = to_timestamp(0) AND model = 'gpt'"))
                .containsExactly(3, 6, 12, 24, 48, 96, 192, 384, 15);
        assertThat(tokens("usage_hour", "model = 'claude'"))
                .containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 5);
        assertThat(tokens("usage_hour", "true")).isEqualTo(tokens("usage_minute", "true"));
    }

    @Test
    void aRepeatedReportBooksNoTokenTwice() {
        Reply first = exchange(1, row(60, "gpt", ANSWER));

        assertThat(exchange(1, row(60, "gpt", ANSWER))).isEqualTo(first);
        assertThat(tokens("usage_minute", "true")).containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 5);
        assertThat(tokens("usage_hour", "true")).containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 5);
    }

    @Test
    void rowsWithAndWithoutTokensShareAReport() {
        var embedded = new Metered(1, new Tokens(9, 0, 0, 0, 0, 0, 0, 0), 0, 0);
        exchange(1, row(60, "", Metered.requests(3)), row(60, "embed", embedded));

        assertThat(tokens("usage_minute", "model = ''")).containsOnly(0L);
        assertThat(tokens("usage_hour", "model = 'embed'"))
                .containsExactly(9, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(sum("requests", "usage_hour", "true")).isEqualTo(4);
    }

    @Test
    void tokensBeyondWhatARowHoldsStopNoReport() {
        long most = Long.MAX_VALUE;
        var absurd =
                new Metered(1, new Tokens(most, most, most, most, most, most, most, most), most, 0);
        exchange(1, row(60, "gpt", absurd), row(120, "gpt", absurd));
        exchange(2, row(60, "gpt", absurd));

        assertThat(tokens("usage_minute", "minute = to_timestamp(60)")).containsOnly(most);
        assertThat(tokens("usage_hour", "true")).containsOnly(most);
        assertThat(sum("requests", "usage_hour", "true")).isEqualTo(3);
    }

    private Reply exchange(long sequence, Rollups.Row... rows) {
        var report = new Report(node, sequence, LIFE, List.of(), List.of(rows));
        return Objects.requireNonNull(store.exchange(report).block(Duration.ofSeconds(10)));
    }

    private Rollups.Row row(long minute, String model, Metered metered) {
        return new Rollups.Row(
                new Rollup(minute, key, null, null, reseller, "chat", model, Outcome.SERVED),
                metered);
    }

    /// By class, and in the end how many are estimated.
    private long[] tokens(String table, String which) {
        var classes = Arrays.stream(TokenClass.values()).map(TokenClass::word);
        return Stream.concat(classes, Stream.of("tokens_estimated"))
                .mapToLong(column -> sum(column, table, which))
                .toArray();
    }

    private long sum(String column, String table, String which) {
        return database.number(
                "SELECT coalesce(sum(%s), 0) FROM %s WHERE key_id = '%s' AND %s"
                        .formatted(column, table, key, which));
    }
}
