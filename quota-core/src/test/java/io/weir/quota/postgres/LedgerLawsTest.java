package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.ledger.Budget;
import io.weir.quota.ledger.Ratio;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Random operations on the database's books and on a model of a few lines: each is taken by both
/// or refused by both, and after it both hold the same. As many as fit into a minute at most, or a
/// million with `-Psoak`; `-Dweir.ledger.seed=S` replays a seed.
class LedgerLawsTest {

    private static final boolean SOAK = Boolean.getBoolean("weir.soak");
    private static final int OPERATIONS = SOAK ? 1_000_000 : 20_000;
    private static final long END_NANOS = 60_000_000_000L;
    private static final int BATCH = 200;
    private static final int BATCHES_TO_A_CHECK = SOAK ? 100 : 20;
    private static final String TAKEN = "00000";

    static final TestDatabase database = TestDatabase.start();

    private final long seed = Long.getLong("weir.ledger.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<UUID, Funds> resellers = new HashMap<>();
    private final Map<UUID, Owned> keys = new HashMap<>();
    private final List<UUID> known = new ArrayList<>();

    /// What a reseller paid in, and what is left of it.
    private static final class Funds {
        long paidIn;
        long balance;
        long revenue;
    }

    private record Owned(UUID reseller, Budget budget) {}

    /// A statement, and whether the model took what it stands for.
    private record Operation(String statement, boolean taken) {}

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void whateverHappensTheBooksAreRight() {
        database.run(
                """
                CREATE FUNCTION try_all(statements text[]) RETURNS text[] LANGUAGE plpgsql AS $$
                DECLARE
                    one    text;
                    states text[] := '{}';
                BEGIN
                    FOREACH one IN ARRAY statements LOOP
                        BEGIN
                            EXECUTE one;
                            states := states || '00000'::text;
                        EXCEPTION WHEN OTHERS THEN
                            states := states || SQLSTATE::text;
                        END;
                    END LOOP;
                    RETURN states;
                END $$
                """);
        database.run(
                """
                CREATE FUNCTION spend(key uuid, nanos bigint) RETURNS void LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM FROM quota WHERE subject = key AND policy = 'budget' AND nanos > 0 AND nanos
                        <= "limit" - coalesce((SELECT used FROM counter WHERE subject = key AND policy = 'budget'), 0);
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'not granted';
                    END IF;
                    INSERT INTO counter AS c (subject, policy, starts, used, unbooked_since)
                        VALUES (key, 'budget', to_timestamp(0), nanos, now())
                        ON CONFLICT (subject, policy, starts) DO UPDATE
                            SET used = c.used + nanos, unbooked_since = coalesce(c.unbooked_since, now());
                    IF nanos % 3 = 0 THEN
                        PERFORM book_spending('0', 10);
                    END IF;
                END $$
                """);
        for (int i = 0; i < 5; i++) {
            resellers.put(database.reseller("1"), new Funds());
        }
        long end = System.nanoTime() + END_NANOS;
        int done = 0;
        int batches = 0;
        while (done < OPERATIONS && (SOAK || System.nanoTime() < end)) {
            run(BATCH);
            done += BATCH;
            if (++batches % BATCHES_TO_A_CHECK == 0) {
                compare();
            }
        }
        compare();
        System.out.printf("The ledger's laws: %d operations, seed %d%n", done, seed);
    }

    private void run(int size) {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            operations.add(next());
        }
        List<String> states =
                database.texts(
                        "SELECT unnest(try_all(?))",
                        (Object)
                                operations.stream()
                                        .map(Operation::statement)
                                        .toArray(String[]::new));
        for (int i = 0; i < size; i++) {
            assertThat(states.get(i).equals(TAKEN))
                    .as("seed %d: %s gave %s", seed, operations.get(i), states.get(i))
                    .isEqualTo(operations.get(i).taken);
        }
    }

    private Operation next() {
        return switch (random.nextInt(10)) {
            case 0 -> payIn();
            case 1 -> open();
            case 2, 3 -> topUp();
            case 4 -> delete();
            default -> spend();
        };
    }

    private Operation payIn() {
        UUID reseller = reseller();
        Funds funds = funds(reseller);
        long amount = amount();
        boolean taken = amount > 0 && amount <= Long.MAX_VALUE - funds.paidIn;
        if (taken) {
            funds.paidIn += amount;
            funds.balance += amount;
        }
        return new Operation("SELECT top_up('%s', %d)".formatted(reseller, amount), taken);
    }

    private Operation open() {
        UUID reseller = reseller();
        Funds funds = funds(reseller);
        UUID key = new UUID(random.nextLong(), random.nextLong());
        long price = amount();
        long cost = random.nextBoolean() ? price / 3 : amount();
        boolean taken = cost > 0 && cost <= price && cost <= funds.balance;
        if (taken) {
            funds.balance -= cost;
            keys.put(key, new Owned(reseller, Budget.of(new Ratio(price, cost))));
            known.add(key);
        }
        return new Operation(
                """
                INSERT INTO key (id, reseller_id, label, prefix, last_four)
                    VALUES ('%1$s', '%2$s', 'k', 'p', '1234');
                SELECT open_budget('%1$s', %3$d, %4$d)
                """
                        .formatted(key, reseller, price, cost),
                taken);
    }

    private Operation topUp() {
        UUID key = key();
        long amount = amount();
        Owned owned = keys.get(key);
        boolean taken = false;
        if (owned != null && amount > 0 && amount <= Long.MAX_VALUE - owned.budget.price()) {
            Funds funds = funds(owned.reseller);
            Budget more = owned.budget.topUp(amount);
            long debit = more.cost() - owned.budget.cost();
            taken = debit <= funds.balance;
            if (taken) {
                funds.balance -= debit;
                keys.put(key, new Owned(owned.reseller, more));
            }
        }
        return new Operation("SELECT top_up_budget('%s', %d)".formatted(key, amount), taken);
    }

    private Operation spend() {
        UUID key = key();
        Owned owned = keys.get(key);
        long most = owned == null ? 1 : owned.budget.remaining();
        long amount = most > 1 && random.nextInt(20) > 0 ? 1 + random.nextLong(most) : amount();
        boolean taken = false;
        if (owned != null && amount > 0 && amount <= owned.budget.remaining()) {
            taken = true;
            Budget less = owned.budget.spend(amount);
            funds(owned.reseller).revenue += less.consumed() - owned.budget.consumed();
            keys.put(key, new Owned(owned.reseller, less));
        }
        return new Operation("SELECT spend('%s', %d)".formatted(key, amount), taken);
    }

    private Operation delete() {
        UUID key = key();
        Owned gone = keys.remove(key);
        if (gone != null) {
            funds(gone.reseller).balance += gone.budget.unspentCost();
            if (random.nextInt(10) > 0) {
                known.remove(key);
            }
        }
        return new Operation("DELETE FROM key WHERE id = '%s'".formatted(key), true);
    }

    /// Mostly small, now and then of any size, and now and then none at all.
    private long amount() {
        int kind = random.nextInt(100);
        if (kind == 0) {
            return random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return kind < 5 ? random.nextLong() >> random.nextInt(63) : 1 + random.nextInt(1_000_000);
    }

    private Funds funds(UUID reseller) {
        return Objects.requireNonNull(resellers.get(reseller));
    }

    private UUID reseller() {
        return resellers.keySet().stream()
                .skip(random.nextInt(resellers.size()))
                .findFirst()
                .orElseThrow();
    }

    private UUID key() {
        return known.isEmpty() ? UUID.randomUUID() : known.get(random.nextInt(known.size()));
    }

    private void compare() {
        database.run("SELECT book_spending('0', 1000000)");
        List<String> expected = new ArrayList<>();
        resellers.forEach(
                (id, funds) -> {
                    expected.add("%s cash %d".formatted(id, -funds.paidIn));
                    expected.add("%s balance %d".formatted(id, funds.balance));
                    expected.add("%s revenue %d".formatted(id, funds.revenue));
                });
        keys.forEach(
                (id, owned) -> {
                    Budget budget = owned.budget;
                    expected.add("%s sold %d".formatted(id, -budget.price()));
                    expected.add("%s budget %d".formatted(id, budget.remaining()));
                    expected.add("%s reserve %d".formatted(id, budget.unspentCost()));
                    expected.add("%s consumed %d".formatted(id, budget.consumed()));
                    expected.add("%s margin %d".formatted(id, budget.profit()));
                });
        expected.removeIf(line -> line.endsWith(" 0"));
        assertThat(
                        database.texts(
                                """
                                SELECT coalesce(key_id, reseller_id)::text || ' ' || kind || ' ' || balance FROM account
                                 WHERE balance <> 0 AND (key_id IS NULL OR key_id IN (SELECT id FROM key))
                                """))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(database.asAdmin("SELECT verified::int FROM weir.verify_ledger()"))
                .as("seed %d", seed)
                .isOne();
        assertThat(database.number("SELECT count(*) FROM account WHERE reserved <> 0")).isZero();
    }
}
