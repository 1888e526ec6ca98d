package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A key's budget from its purchase to its return, as the ledger books it.
class BooksOfBudgetsTest {

    static final TestDatabase database = TestDatabase.start();

    final UUID reseller = database.reseller("100");
    final UUID key = key();

    @AfterAll
    static void stop() {
        assertThat(database.asAdmin("SELECT verified::int FROM weir.verify_ledger()")).isOne();
        database.close();
    }

    @Test
    void aBudgetDebitsItsCostAndEarnsItsMarginAsItIsSpent() {
        topUp("200");
        open("100", "60");
        assertThat(balance("balance")).isEqualTo("140");
        assertThat(balance("budget")).isEqualTo("100");

        spend("34.20");
        assertThat(balance("margin")).isEqualTo("13.68");
        assertThat(balance("consumed")).isEqualTo("20.52");
        assertThat(balance("revenue")).isEqualTo("20.52");
        assertThat(balance("reserve")).isEqualTo("39.48");
        assertThat(balance("budget")).isEqualTo("65.8");
    }

    @Test
    void whatIsNotSpentComesBackWhenTheKeyIsDeleted() {
        topUp("200");
        open("100", "60");
        spend("34.20");
        delete();

        assertThat(balance("balance")).isEqualTo("179.48");
        assertThat(balance("reserve")).isEqualTo("0");
        assertThat(balance("budget")).isEqualTo("0");
        assertThat(balance("consumed")).isEqualTo("20.52");
        assertThat(balance("margin")).isEqualTo("13.68");
    }

    @Test
    void aTopUpDebitsItsPartWhichComesBackToo() {
        topUp("200");
        open("100", "60");
        spend("34.20");
        call("top_up_budget", "50");
        assertThat(balance("balance")).isEqualTo("110");
        assertThat(balance("sold")).isEqualTo("-150");

        delete();
        assertThat(balance("balance")).isEqualTo("179.48");
        assertThat(database.number("SELECT sum(reserved) FROM account")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "100, 60.000000001, WE007",
        "100, 100.000000001, cost_is_a_part_of_the_price",
        "100, 0, cost_is_a_part_of_the_price",
        "100, -1, cost_is_a_part_of_the_price"
    })
    void aBudgetThatCannotBeIsRefusedAndNothingIsBooked(String price, String cost, String cause) {
        topUp("60");
        long entries = entries();
        assertThatThrownBy(() -> open(price, cost))
                .satisfiesAnyOf(
                        failure -> assertThat(failure).hasMessageContaining(cause),
                        failure ->
                                assertThat(failure.getCause())
                                        .hasFieldOrPropertyWithValue("SQLState", cause));
        assertThat(entries()).isEqualTo(entries);
        assertThat(balance("balance")).isEqualTo("60");
    }

    @Test
    void nothingIsToppedUpBeyondWhatIsThere() {
        topUp("60.5");
        open("100", "60");
        long entries = entries();

        assertThatThrownBy(() -> call("top_up_budget", "0.833333335"))
                .hasMessageContaining("not 500000001");
        assertThat(entries()).isEqualTo(entries);
    }

    @Test
    void aRatioWithAnEndlessMarginNeverDrifts() {
        topUp("100");
        open("100", "33.33");
        for (int i = 0; i < 300; i++) {
            spend("0.000000001");
        }
        spend("33.333333333");
        spend("66.666666367");

        assertThat(balance("consumed")).isEqualTo("33.33");
        assertThat(balance("margin")).isEqualTo("66.67");
        assertThat(balance("reserve")).isEqualTo("0");
        assertThat(balance("balance")).isEqualTo("66.67");
    }

    @Test
    void aKeyWithoutABudgetHasNoneToMove() {
        topUp("100");
        assertThatThrownBy(() -> call("top_up_budget", "1")).hasMessageContaining("no budget");
        long entries = entries();
        delete();
        assertThat(entries()).isEqualTo(entries);
    }

    private UUID key() {
        UUID id = UUID.randomUUID();
        database.run(
                """
                INSERT INTO key (id, reseller_id, label, prefix, last_four) VALUES ('%s', '%s', 'k', 'p', '1234')
                """
                        .formatted(id, reseller));
        return id;
    }

    private void topUp(String amount) {
        database.run("SELECT top_up('%s', %d)".formatted(reseller, nanos(amount)));
    }

    private void open(String price, String cost) {
        database.run("SELECT open_budget('%s', %d, %d)".formatted(key, nanos(price), nanos(cost)));
    }

    /// As gateways report it, and booked at once.
    private void spend(String amount) {
        database.run(
                """
                INSERT INTO counter AS c (subject, policy, starts, used, unbooked_since)
                    VALUES ('%1$s', 'budget', to_timestamp(0), %2$d, now())
                    ON CONFLICT (subject, policy, starts) DO UPDATE
                        SET used = c.used + %2$d, unbooked_since = now();
                SELECT book_spending('0', 1)
                """
                        .formatted(key, nanos(amount)));
    }

    private void call(String function, String amount) {
        database.run("SELECT %s('%s', %d)".formatted(function, key, nanos(amount)));
    }

    private void delete() {
        database.run("DELETE FROM key WHERE id = '%s'".formatted(key));
    }

    private String balance(String kind) {
        long nanos =
                database.number(
                        "SELECT balance FROM account WHERE reseller_id = '%s' AND kind = '%s'"
                                .formatted(reseller, kind));
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }

    private static long entries() {
        return database.number("SELECT count(*) FROM ledger_entry");
    }

    private static long nanos(String decimal) {
        return new BigDecimal(decimal).movePointRight(9).longValueExact();
    }
}
