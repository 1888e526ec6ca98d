package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A ledger of many entries is verified in time, and in memory that does not grow with them: ten
/// million with `-Psoak`.
class LedgerVerificationTest {

    private static final int ENTRIES = Soak.count(200_000, 10_000_000);
    private static final int RESELLERS = 1_000;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long MOST_KIB = 128 * 1024;
    private static final long FLAT = 16L * 1024 * 1024;

    /// Each entry seals the one before, so one after the other; references are not looked up.
    private static final String FILL =
            """
            SET search_path = weir;
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
             WHERE m.account = a.id
            """;

    private static final String SERVING =
            """
            SELECT pid FROM pg_stat_activity
             WHERE state = 'active' AND query LIKE '%verify\\_ledger%' AND pid <> pg_backend_pid()
            """;

    private static final String ALTER =
            """
            SET session_replication_role = replica;
            UPDATE weir.ledger_entry SET amount = amount + %d WHERE position = %d
            """;

    private static final String SPILLED =
            "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()";

    static final Running running = Running.start();

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void manyEntriesAreVerifiedInTimeAndInLittleMemory() throws Exception {
        running.rows(FILL.formatted(ENTRIES, RESELLERS));
        running.rows("VACUUM ANALYZE weir.ledger_entry");
        long spilled = Long.parseLong(running.rows(SPILLED).getFirst());
        long heap = heap();
        long start = System.nanoTime();
        var verified = CompletableFuture.supplyAsync(LedgerVerificationTest::verify);
        long most = mostMemoryUntil(verified);
        var took = Duration.ofNanos(System.nanoTime() - start);
        long grown = heap() - heap;
        System.out.printf(
                "Verified %d entries in %d ms; the database took %d KiB and spilled %d bytes; heap %+d KiB%n",
                ENTRIES,
                took.toMillis(),
                most,
                Long.parseLong(running.rows(SPILLED).getFirst()) - spilled,
                grown / 1024);

        assertThat(verified.get().get("verified").booleanValue()).isTrue();
        assertThat(verified.get().get("entries").longValue()).isEqualTo(ENTRIES);
        assertThat(took).isLessThan(LONGEST);
        assertThat(most).isLessThan(MOST_KIB);
        assertThat(grown).isLessThan(FLAT);
        changesAreFound();
    }

    private static void changesAreFound() {
        for (int position : new int[] {1, ENTRIES / 2, ENTRIES}) {
            running.rows(ALTER.formatted(1, position));
            assertThat(verify().get("verified").booleanValue()).as("entry %d", position).isFalse();
            running.rows(ALTER.formatted(-1, position));
        }
        assertThat(verify().get("verified").booleanValue()).isTrue();
    }

    private static JsonNode verify() {
        var patient = running.api().mutate().responseTimeout(PATIENCE).build();
        return Api.json(new Api(patient).get("/ledger/verify"));
    }

    /// What the server's processes hold of their own for it, in KiB, looked at again and again.
    private static long mostMemoryUntil(CompletableFuture<?> done)
            throws IOException, InterruptedException, ExecutionException {
        long most = 0;
        while (true) {
            try {
                done.get(20, TimeUnit.MILLISECONDS);
                return most;
            } catch (TimeoutException notYet) {
                long all = 0;
                for (String pid : running.rows(SERVING)) {
                    all += memory(pid);
                }
                most = Math.max(most, all);
            }
        }
    }

    private static long memory(String pid) throws IOException {
        Path status = Path.of("/proc", pid, "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
