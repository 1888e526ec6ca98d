package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// A ledger of many entries is verified in time, and in memory that does not grow with them. With
/// `-Psoak` of ten million.
class LedgerVerificationTest {

    private static final boolean SOAK = Boolean.getBoolean("weir.soak");
    private static final long ENTRIES = SOAK ? 10_000_000 : 200_000;
    private static final int PAIRS = 1_000;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long MOST_KIB = 128 * 1024;

    /// Each entry seals the one before, so one after the other; references are not looked up.
    private static final String FILL =
            """
            SET session_replication_role = replica;
            INSERT INTO account (kind, reseller_id, currency)
                SELECT kind, gen_random_uuid(), 'USD' FROM generate_series(1, %2$d) pair, (VALUES ('cash'), ('balance')) k (kind)
                 ORDER BY pair, kind DESC;
            WITH RECURSIVE chain AS (
                SELECT 0::bigint AS position, ''::bytea AS hash
                UNION ALL
                SELECT (l.e).position, seal(c.hash, l.e)
                  FROM chain c CROSS JOIN LATERAL (SELECT (c.position + 1, c.position + 1, 'top-up',
                           1 + 2 * (c.position %% %2$d), 2 + 2 * (c.position %% %2$d), 1 + c.position %% 97, 'USD',
                           timestamptz '2026-01-01Z' + c.position * interval '1 ms', '')::ledger_entry AS e) l
                 WHERE c.position < %1$d
            )
            INSERT INTO ledger_entry
                SELECT position, position, 'top-up', 1 + 2 * ((position - 1) %% %2$d), 2 + 2 * ((position - 1) %% %2$d),
                       1 + (position - 1) %% 97, 'USD', timestamptz '2026-01-01Z' + (position - 1) * interval '1 ms', hash
                  FROM chain WHERE position > 0;
            UPDATE ledger_head SET position = %1$d, booked_at = now(),
                   hash = (SELECT hash FROM ledger_entry WHERE position = %1$d);
            UPDATE account a SET balance = m.balance
              FROM (SELECT account, sum(amount) AS balance FROM (
                        SELECT credit_account AS account, amount FROM ledger_entry
                        UNION ALL SELECT debit_account, -amount FROM ledger_entry) e GROUP BY account) m
             WHERE m.account = a.id;
            ANALYZE ledger_entry
            """;

    static final TestDatabase database = TestDatabase.start();

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void manyEntriesAreVerifiedInTimeAndInLittleMemory() throws Exception {
        database.run(FILL.formatted(ENTRIES, PAIRS));
        try (Connection connection = database.admin()) {
            long pid = number(connection, "SELECT pg_backend_pid()");
            long start = System.nanoTime();
            var verified =
                    CompletableFuture.supplyAsync(
                            () ->
                                    number(
                                            connection,
                                            """
                                            SELECT CASE WHEN verified THEN entries ELSE -1 END
                                              FROM weir.verify_ledger()
                                            """));
            long most = mostMemoryUntil(verified, pid);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            System.out.printf(
                    "Verified %d entries in %d ms, in %d KiB%n", ENTRIES, took.toMillis(), most);

            assertThat(verified.get()).isEqualTo(ENTRIES);
            assertThat(took).isLessThan(LONGEST);
            assertThat(most).isLessThan(MOST_KIB);
        }
        database.run(
                "SET session_replication_role = replica; UPDATE ledger_entry SET amount = amount + 1 WHERE position = 1000");
        assertThat(database.asAdmin("SELECT verified::int FROM weir.verify_ledger()")).isZero();
    }

    /// What the serving process holds of its own, in KiB, looked at again and again.
    private static long mostMemoryUntil(CompletableFuture<?> done, long pid)
            throws IOException, InterruptedException, ExecutionException {
        long most = 0;
        while (true) {
            most = Math.max(most, memory(pid));
            try {
                done.get(20, TimeUnit.MILLISECONDS);
                return most;
            } catch (TimeoutException notYet) {
                most = Math.max(most, memory(pid));
            }
        }
    }

    private static long memory(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static long number(Connection connection, String sql) {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
