package io.weir.gateway.endtoend;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Top-ups, budgets, spending and refunds, while connections, the database, gateways and the admin
/// API are killed at random (K8): at no moment is a total wrong or anything negative, and in the
/// end nothing is reserved. Ten minutes of it with `-Psoak`; `-Dweir.money.seed=S` tries a seed
/// again.
class MoneyIT {

    private static final Duration LASTS = Soak.time(Duration.ofSeconds(60), Duration.ofMinutes(10));
    private static final int SNAPSHOTS = Soak.count(100, 1_000);
    private static final int FOLD_EVERY = 5;
    private static final int GATEWAYS = 2;
    private static final int CASHIERS = 3;
    private static final int CALLERS = 12;
    private static final Duration PACE = Duration.ofMillis(3);
    private static final Duration SETTLED = Duration.ofMinutes(1);

    /// Of one request, in nano-units.
    private static final long PRICE = 10_000_000;

    private static final long HUNDREDTH = 10_000_000;

    private final long seed = Long.getLong("weir.money.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Map<Kill, Integer> kills = new EnumMap<>(Kill.class);
    private final List<String> wrong = new ArrayList<>();
    private int snapshots;

    static Cluster cluster;
    static Admin admin;
    static Load load;
    static MoneyBooks books;

    /// What is taken away from whom.
    private enum Kill {
        CONNECTIONS_OF_GATEWAYS,
        CONNECTIONS_OF_ADMIN,
        DATABASE,
        GATEWAY,
        GATEWAY_AND_ITS_DISK,
        ADMIN;

        boolean takesLong() {
            return compareTo(GATEWAY) >= 0;
        }
    }

    @BeforeAll
    static void start() throws SQLException {
        var settings = Map.of("WEIR_BOOKING_DELAY", "500ms", "WEIR_REDISBUDGET", "500ms");
        cluster = Cluster.start(MoneyIT.class, GATEWAYS, settings);
        admin = cluster.admin();
        admin.price("demo", "0.01");
        load = new Load(CALLERS);
        books = new MoneyBooks(cluster.database()::url);
        books.watch();
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void noKillMakesATotalWrongOrLeavesAReservation() throws Exception {
        Figure.print("K8: seed %d".formatted(seed));
        List<Cashier> cashiers =
                Stream.generate(() -> new Cashier(admin, random.split())).limit(CASHIERS).toList();
        long end = System.nanoTime() + LASTS.toNanos();
        var spending = load.traffic(PACE, i -> request(cashiers, i));
        try (var threads = Executors.newCachedThreadPool()) {
            var moving = cashiers.stream().map(each -> moving(threads, each, end)).toList();
            var looking = CompletableFuture.runAsync(() -> look(end), threads);
            killUntil(end);
            for (var each : moving) {
                each.join();
            }
            looking.join();
        }
        Tally told = spending.stop();
        rest();
        report(cashiers, told);
        assertThat(wrong).as("seed %d", seed).isEmpty();
        assertThat(books.wrong(true)).as("seed %d", seed).isEmpty();
        assertThat(snapshots).isGreaterThanOrEqualTo(SNAPSHOTS);
        for (Cashier cashier : cashiers) {
            accountedFor(cashier);
        }
    }

    private static CompletableFuture<Void> moving(
            ExecutorService threads, Cashier cashier, long end) {
        return CompletableFuture.runAsync(
                () -> {
                    while (System.nanoTime() < end) {
                        cashier.move();
                    }
                },
                threads);
    }

    private static Call request(List<Cashier> cashiers, int turn) {
        List<Cashier.Sold> live = List.copyOf(cashiers.get(turn % cashiers.size()).live.values());
        if (live.isEmpty()) {
            return admin.call("/resellers");
        }
        ApiKey key = live.get(turn / CASHIERS % live.size()).key();
        return cluster.anywhere(turn / 2, "/" + key.id(), key);
    }

    /// Snapshots one after the other, but while there is no database to look at.
    private void look(long end) {
        while (System.nanoTime() < end) {
            try {
                List<String> found = books.wrong(snapshots % FOLD_EVERY == 0);
                snapshots++;
                if (wrong.isEmpty()) {
                    wrong.addAll(found);
                }
            } catch (SQLException away) {
                LockSupport.parkNanos(PACE.toNanos());
            }
        }
    }

    /// Each kind once, in any order but those last that take long to come back, and so on.
    private void killUntil(long end) {
        List<Kill> next = new ArrayList<>();
        while (System.nanoTime() < end) {
            if (next.isEmpty()) {
                for (Kill kill : Kill.values()) {
                    next.add(random.nextInt(next.size() + 1), kill);
                }
                next.sort(comparing(Kill::takesLong));
            }
            Kill kill = next.removeFirst();
            kill(kill);
            kills.merge(kill, 1, Integer::sum);
            LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1_500)).toNanos());
        }
    }

    private void kill(Kill kill) {
        var gateway = cluster.gateway(random.nextInt(GATEWAYS));
        switch (kill) {
            case CONNECTIONS_OF_GATEWAYS -> cluster.tables().endConnectionsOf("weir_gateway");
            case CONNECTIONS_OF_ADMIN -> cluster.tables().endConnectionsOf("weir_admin");
            case DATABASE -> {
                cluster.database().kill();
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(2_000)).toNanos());
                cluster.database().restart();
            }
            case GATEWAY -> {
                gateway.program().kill();
                gateway.program().restart();
            }
            case GATEWAY_AND_ITS_DISK -> {
                gateway.program().kill();
                gateway.loseJournal();
                gateway.program().restart();
            }
            case ADMIN -> {
                cluster.adminProgram().kill();
                cluster.adminProgram().restart();
            }
        }
    }

    /// Gateways give back what they hold, and somebody decides over what was lost.
    private void rest() {
        for (var gateway : cluster.gateways()) {
            gateway.program().terminate();
        }
        for (JsonNode lost = undecided(); !lost.isEmpty(); lost = undecided()) {
            for (JsonNode one : lost) {
                admin.decide(one.get("id").asString(), random.nextBoolean() ? "refund" : "book");
            }
        }
        Eventually.equal(SETTLED, 0L, MoneyIT::open);
    }

    private static JsonNode undecided() {
        return admin.get("/forfeits?status=undecided&limit=200").get("items");
    }

    private static long open() {
        try {
            return books.open();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void report(List<Cashier> cashiers, Tally told)
            throws SQLException, ExecutionException, InterruptedException {
        Figure.print(
                ("K8: %d s, %d moves of money and %d asked again, requests %s, killed %s; %d"
                                + " snapshots, %d wrong; %d entries, %d versions of accounts; nothing"
                                + " reserved; seed %d")
                        .formatted(
                                LASTS.toSeconds(),
                                cashiers.stream().mapToLong(each -> each.moves.get()).sum(),
                                cashiers.stream().mapToLong(each -> each.retries.get()).sum(),
                                told.outcomes(),
                                kills,
                                snapshots,
                                wrong.size(),
                                books.number("SELECT position FROM weir.ledger_head"),
                                books.number("SELECT last_value FROM public.versions"),
                                seed));
    }

    /// What was told to those who moved money is what the ledger holds, and what arrived at the
    /// upstream was paid, but for what lost gateways held and somebody refunded.
    private void accountedFor(Cashier cashier) throws SQLException {
        String cash =
                "SELECT -balance FROM weir.account WHERE kind = 'cash' AND reseller_id = '%s'"
                        .formatted(cashier.reseller().substring(4));
        assertThat(books.number(cash)).isEqualTo(cashier.paidIn.get() * HUNDREDTH);
        for (Cashier.Sold sold : cashier.live.values()) {
            assertThat(money("-balance", "sold", sold)).isEqualTo(sold.bought().get() * HUNDREDTH);
        }
        for (var all : List.of(cashier.live, cashier.gone)) {
            for (Cashier.Sold sold : all.values()) {
                paid(sold);
            }
        }
    }

    private void paid(Cashier.Sold sold) throws SQLException {
        long arrived = cluster.upstream().at("/" + sold.key().id()).count() * PRICE;
        long paid = money("balance", "consumed", sold) + money("balance", "margin", sold);
        long refunded = forfeited(sold, "refunded");
        assertThat(arrived).as("seed %d: %s", seed, sold).isLessThanOrEqualTo(paid + refunded);
        assertThat(paid - forfeited(sold, "booked"))
                .as("seed %d: %s", seed, sold)
                .isLessThanOrEqualTo(arrived + inFlight());
    }

    /// What may have been under way when gateways were killed, and is booked.
    private long inFlight() {
        int killed = kills.getOrDefault(Kill.GATEWAY, 0) + kills.getOrDefault(Kill.DATABASE, 0);
        return (long) (killed + GATEWAYS) * CALLERS * PRICE;
    }

    private static long money(String column, String kind, Cashier.Sold of) throws SQLException {
        return books.number(
                "SELECT coalesce(sum(%s), 0) FROM weir.account WHERE kind = '%s' AND key_id = '%s'"
                        .formatted(column, kind, of.key().id().substring(4)));
    }

    private static long forfeited(Cashier.Sold of, String decision) throws SQLException {
        return books.number(
                "SELECT coalesce(sum(units), 0) FROM weir.forfeit WHERE decision = '%s' AND subject = '%s'"
                        .formatted(decision, of.key().id().substring(4)));
    }
}
