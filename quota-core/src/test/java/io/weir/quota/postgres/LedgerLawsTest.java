package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random operations on the database's books and on a model: each is taken by both or refused by
/// both, and after it both hold the same. Keys are leased by gateways, which report or are lost. As
/// many operations on an empty database as fit into a quarter of a minute, or a million with
/// `-Psoak`, on fifty: what is leased and lost piles up. `-Dweir.ledger.seed=S` replays a seed.
class LedgerLawsTest {

    private static final boolean SOAK = Boolean.getBoolean("weir.soak");
    private static final int DATABASES = SOAK ? 50 : 1;
    private static final int OPERATIONS = 20_000;
    private static final long END_NANOS = 15_000_000_000L;
    private static final int BATCH = 50;
    private static final int BATCHES_TO_A_CHECK = 80;
    private static final int NODES = 6;
    private static final String TAKEN = "00000";

    private record Lost(UUID node, UUID key) {}

    /// A statement, and whether the model took what it stands for.
    private record Operation(String statement, boolean taken) {}

    private final TestDatabase database = TestDatabase.start();
    private final LedgerSession session = new LedgerSession(database);
    private final Random random = new Random();
    private final LedgerModel model = new LedgerModel();
    private final List<UUID> resellers = new ArrayList<>();
    private final List<UUID> nodes = new ArrayList<>();
    private final List<UUID> known = new ArrayList<>();
    private final List<Lost> lost = new ArrayList<>();
    private long seed;

    LedgerLawsTest() throws SQLException {}

    static LongStream seeds() {
        return LongStream.range(0, DATABASES)
                .map(i -> Long.getLong("weir.ledger.seed", System.nanoTime() + i));
    }

    @AfterEach
    void stop() throws SQLException {
        session.close();
        database.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverHappensTheBooksAreRight(long seed) throws SQLException {
        this.seed = seed;
        random.setSeed(seed);
        for (int i = 0; i < 5; i++) {
            UUID reseller = database.reseller("1");
            resellers.add(reseller);
            model.add(reseller);
        }
        for (int i = 0; i < NODES; i++) {
            nodes.add(node());
        }
        long begin = System.nanoTime();
        int done = 0;
        int batches = 0;
        while (done < OPERATIONS && (SOAK || System.nanoTime() - begin < END_NANOS)) {
            run(BATCH);
            done += BATCH;
            if (++batches % BATCHES_TO_A_CHECK == 0) {
                compare();
            }
        }
        compare();
        System.out.printf(
                "The ledger's laws: %d operations in %d s, seed %d%n",
                done, (System.nanoTime() - begin) / 1_000_000_000, seed);
    }

    private void run(int size) throws SQLException {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            operations.add(next());
        }
        List<String> states =
                session.states(operations.stream().map(Operation::statement).toList());
        for (int i = 0; i < size; i++) {
            assertThat(states.get(i).equals(TAKEN))
                    .as("seed %d: %s gave %s", seed, operations.get(i), states.get(i))
                    .isEqualTo(operations.get(i).taken);
        }
    }

    private Operation next() {
        return switch (random.nextInt(20)) {
            case 0, 1 -> payIn();
            case 2, 3 -> open();
            case 4, 5, 6 -> topUp();
            case 7 -> delete();
            case 8 -> random.nextInt(10) == 0 ? lose() : decide();
            case 9, 10, 11, 12, 13 -> hold();
            default -> settle();
        };
    }

    private Operation payIn() {
        UUID reseller = any(resellers);
        long amount = amount();
        return new Operation(
                "SELECT top_up('%s', %d)".formatted(reseller, amount),
                model.payIn(reseller, amount));
    }

    private Operation open() {
        UUID reseller = any(resellers);
        UUID key = new UUID(random.nextLong(), random.nextLong());
        long price = amount();
        long cost = random.nextBoolean() ? price / 3 : amount();
        boolean taken = model.open(reseller, key, price, cost);
        if (taken) {
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
        return new Operation(
                "SELECT top_up_budget('%s', %d)".formatted(key, amount), model.topUp(key, amount));
    }

    private Operation hold() {
        UUID key = key();
        UUID node = any(nodes);
        long most = model.available(key);
        long amount = most > 1 && random.nextInt(20) > 0 ? 1 + random.nextLong(most) : other();
        return new Operation(tell(node, key, 0, 0, amount), model.hold(node, key, amount));
    }

    /// Reports what was used of what is held, and gives back what is not kept.
    private Operation settle() {
        UUID key = key();
        UUID node = any(nodes);
        long held = model.held(node, key);
        long used = held > 0 ? random.nextLong(held) + 1 : 0;
        long returned = random.nextInt(4) == 0 ? 0 : held - used;
        return new Operation(
                tell(node, key, used, returned, 0),
                held == 0 || model.settle(node, key, used, returned));
    }

    private Operation lose() {
        int which = random.nextInt(NODES);
        UUID gone = nodes.get(which);
        // so that it is known
        String statement = tell(gone, UUID.randomUUID(), 0, 0, 0);
        Optional<List<UUID>> held = model.lose(gone);
        held.ifPresent(
                keys -> {
                    keys.forEach(key -> lost.add(new Lost(gone, key)));
                    nodes.set(which, node());
                });
        return new Operation(
                statement + "; SELECT give_up('%s')".formatted(gone), held.isPresent());
    }

    /// Over what was lost; now and then over something decided already.
    private Operation decide() {
        if (lost.isEmpty()) {
            return payIn();
        }
        int which = random.nextInt(lost.size());
        Lost one = random.nextInt(10) == 0 ? lost.get(which) : lost.remove(which);
        boolean booked = random.nextBoolean();
        return new Operation(
                "SELECT decide('%s', '%s', '%s')"
                        .formatted(one.node, one.key, booked ? "booked" : "refunded"),
                model.decide(one.node, one.key, booked));
    }

    private Operation delete() {
        UUID key = key();
        model.delete(key);
        return new Operation("DELETE FROM key WHERE id = '%s'".formatted(key), true);
    }

    private static String tell(UUID node, UUID key, long used, long returned, long needs) {
        return "SELECT tell('%s', '%s', %d, %d, %d)".formatted(node, key, used, returned, needs);
    }

    /// Mostly small, now and then of any size, and now and then none at all.
    private long amount() {
        int kind = random.nextInt(100);
        if (kind == 0) {
            return random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return kind < 5 ? random.nextLong() >> random.nextInt(63) : 1 + random.nextInt(1_000_000);
    }

    /// An amount that is more or less than nothing.
    private long other() {
        long amount = amount();
        return amount == 0 ? 1 : amount;
    }

    private UUID node() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private UUID any(List<UUID> ids) {
        return ids.get(random.nextInt(ids.size()));
    }

    /// Mostly one of which something is left.
    private UUID key() {
        while (!known.isEmpty()) {
            UUID key = any(known);
            if (model.has(key) || random.nextInt(4) == 0) {
                return key;
            }
            known.remove(key);
        }
        return node();
    }

    private void compare() {
        assertThat(session.balances()).as("seed %d", seed).isEqualTo(model.balances());
        assertThat(database.asAdmin("SELECT verified::int FROM weir.verify_ledger()"))
                .as("seed %d", seed)
                .isOne();
    }
}
