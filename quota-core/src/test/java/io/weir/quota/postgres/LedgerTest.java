package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The ledger's tables, as they stand against whoever has the database's own rights.
class LedgerTest {

    static final TestDatabase database = TestDatabase.start();

    final UUID reseller = database.reseller("100");

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void payIn() {
        database.asAdmin("SELECT entry FROM weir.top_up('%s', 200)".formatted(reseller));
        database.asAdmin("SELECT entry FROM weir.top_up('%s', 100)".formatted(reseller));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "UPDATE ledger_entry SET amount = 1",
                "UPDATE ledger_entry SET hash = hash WHERE false",
                "DELETE FROM ledger_entry WHERE position = 1",
                "TRUNCATE ledger_entry CASCADE",
                "DELETE FROM account",
                "UPDATE account SET reseller_id = gen_random_uuid()",
                "UPDATE budget SET cost = 1"
            })
    void nobodyRewritesTheLedger(String statement) {
        assertThatThrownBy(() -> database.run(statement))
                .hasMessageContaining("the ledger is not rewritten");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "UPDATE weir.account SET balance = 1",
                "INSERT INTO weir.ledger_entry SELECT * FROM weir.ledger_entry",
                "UPDATE weir.ledger_head SET position = 0",
                "DELETE FROM weir.ledger_entry",
                "SELECT weir.book(NULL, 'top-up', 1, 2, 3)",
                "SELECT weir.lock_ledger()"
            })
    void theAdminApisRoleBooksByFunctionsOnly(String statement) {
        assertThatThrownBy(() -> database.asAdmin(statement)).hasMessageContaining("denied");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "an amount; UPDATE ledger_entry SET amount = amount + 1 WHERE position = (SELECT max(position) - 1 FROM ledger_entry)",
                "a time; UPDATE ledger_entry SET booked_at = booked_at - interval '1 s' WHERE position = 1",
                "a kind; UPDATE ledger_entry SET kind = 'return' WHERE position = 1",
                "an account; UPDATE ledger_entry SET credit_account = (SELECT max(id) FROM account) WHERE position = 1",
                "a missing entry; DELETE FROM ledger_entry WHERE position = 1",
                "a missing last entry; DELETE FROM ledger_entry WHERE position = (SELECT max(position) FROM ledger_entry)",
                "an entry that is not of its number; UPDATE ledger_entry SET position = position + 1 WHERE position = (SELECT max(position) FROM ledger_entry)",
                "two currencies in one entry; UPDATE account SET currency = 'EUR' WHERE kind = 'balance'",
                "no account; DELETE FROM account WHERE id = (SELECT debit_account FROM ledger_entry WHERE position = 1)",
                "a balance; UPDATE account SET balance = balance + 1 WHERE kind = 'balance'",
                "two balances; UPDATE account SET balance = balance + CASE kind WHEN 'cash' THEN -1 ELSE 1 END",
                "a head; UPDATE ledger_head SET hash = sha256('')",
                "a hash; UPDATE ledger_entry SET hash = sha256('') WHERE position = (SELECT max(position) FROM ledger_entry)"
            })
    void tamperingIsFound(String what, String statement) {
        assertThat(verified()).isTrue();
        long entries = database.number("SELECT count(*) FROM ledger_entry");
        tamper(
                "CREATE TABLE saved AS SELECT * FROM ledger_entry; CREATE TABLE had AS SELECT * FROM account; "
                        + statement);
        try {
            assertThat(verified()).as(what).isFalse();
        } finally {
            restore();
        }
        assertThat(verified()).isTrue();
        assertThat(database.number("SELECT count(*) FROM ledger_entry")).isEqualTo(entries);
    }

    @Test
    void anAccountHasNeverLessThanNothing() {
        String take =
                """
                SELECT lock_ledger();
                SELECT book(NULL, 'return', own.id, cash.id, 301) FROM account own, account cash
                 WHERE own.reseller_id = '%1$s' AND own.kind = 'balance'
                   AND cash.reseller_id = '%1$s' AND cash.kind = 'cash'
                """
                        .formatted(reseller);
        assertThatThrownBy(() -> database.run(take))
                .hasMessageContaining("available_is_never_negative");
        assertThat(balance()).isEqualTo(300);
    }

    @Test
    void nothingButAPositiveAmountIsPaidIn() {
        for (long amount : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> topUp(amount)).hasMessageContaining("an amount of");
        }
        assertThatThrownBy(() -> topUp(Long.MAX_VALUE)).hasMessageContaining("out of range");
        assertThatThrownBy(() -> topUp(Long.MAX_VALUE - 299)).hasMessageContaining("money_fits");
        topUp(Long.MAX_VALUE - 300);
        assertThat(balance()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> topUp(1)).hasMessageContaining("money_fits");
        assertThat(verified()).isTrue();
    }

    @Test
    void anEntryHasOneCurrency() {
        String foreign =
                """
                WITH a AS (INSERT INTO account (kind, reseller_id, currency) VALUES ('cash', '%1$s', 'EUR') RETURNING id)
                INSERT INTO ledger_entry
                SELECT max(l.position) + 1, max(l.position) + 1, 'top-up', max(a.id), max(own.id), 1, 'USD', now(), sha256('')
                  FROM ledger_entry l, a, account own WHERE own.reseller_id = '%1$s' AND own.kind = 'balance'
                """
                        .formatted(reseller);
        assertThatThrownBy(() -> database.run(foreign)).hasMessageContaining("foreign key");
    }

    @Test
    void aBookingWaitsForTheDisk() {
        database.run(
                """
                SET synchronous_commit = off; BEGIN; SELECT top_up('%s', 1);
                SELECT 1 / (current_setting('synchronous_commit') = 'on')::int; COMMIT
                """
                        .formatted(reseller));
    }

    private void topUp(long amount) {
        database.asAdmin("SELECT entry FROM weir.top_up('%s', %d)".formatted(reseller, amount));
    }

    private long balance() {
        return database.number(
                "SELECT balance FROM account WHERE kind = 'balance' AND reseller_id = '%s'"
                        .formatted(reseller));
    }

    private static boolean verified() {
        return database.asAdmin("SELECT verified::int FROM weir.verify_ledger()") == 1;
    }

    /// As somebody could who may do everything, triggers and references included.
    private static void tamper(String statement) {
        database.run("SET session_replication_role = replica; " + statement);
    }

    private static void restore() {
        tamper(
                """
                DELETE FROM ledger_entry; INSERT INTO ledger_entry SELECT * FROM saved; DROP TABLE saved;
                DELETE FROM account; INSERT INTO account OVERRIDING SYSTEM VALUE SELECT * FROM had; DROP TABLE had;
                UPDATE ledger_head SET hash = (SELECT hash FROM ledger_entry ORDER BY position DESC LIMIT 1)
                """);
    }
}
