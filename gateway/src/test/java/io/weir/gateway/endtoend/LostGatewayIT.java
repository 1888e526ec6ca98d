package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A gateway that dies or hangs takes nothing away from the others, and lets nothing be spent
/// twice.
class LostGatewayIT {

    private static final int QUOTA = Soak.count(12_000, 60_000);
    private static final int CALLERS = 48;
    private static final Duration LEASE_LIFE = Duration.ofSeconds(10);
    private static final Duration FROZEN =
            Soak.time(LEASE_LIFE.plusSeconds(3), LEASE_LIFE.multipliedBy(6));
    private static final Duration PACE = Duration.ofMillis(1);
    private static final Duration BACK = Duration.ofSeconds(5);
    private static final Duration SPENT = Duration.ofMinutes(3);
    private static final String LOST = "gateway-0";

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        var settings = Map.of("WEIR_LEASE_LIFE", LEASE_LIFE.toSeconds() + "s");
        cluster = Cluster.start(LostGatewayIT.class, 3, settings);
        admin = cluster.admin();
        load = new Load(CALLERS);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.close();
    }

    @Test
    void whatWasInFlightIsBookedAndWhatWasNotSpentComesBack() {
        String client = client();
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        long served = load.send(500, onLost("/unspent", key)).count(200);
        var slow = load.traffic(PACE, _ -> onLost("/slow?delay=60000", key));
        Eventually.equal(BACK, CALLERS, cluster.upstream().at("/slow")::inFlight);

        cluster.gateway(0).program().kill();
        Tally broken = slow.stop();
        long held = cluster.tables().held(LOST, client, "monthly");
        cluster.gateway(0).program().restart();
        Duration back =
                Eventually.equal(BACK, 0L, () -> cluster.tables().leased(client, "monthly"));
        long inFlight = cluster.upstream().at("/slow").count();
        long used = cluster.tables().used(client, "monthly");

        Figure.print(
                ("kill -9 of one of 3 that held %d: %d served, %d in flight;"
                                + " %d used, %d ms after its start")
                        .formatted(held, served, inFlight, used, back.toMillis()));
        assertThat(broken.count(200)).isZero();
        assertThat(used).isEqualTo(served + inFlight);
    }

    /// Whatever was admitted when it was killed may have been sent, so it counts.
    @Test
    void aGatewayThatIsKilledInTheMiddleIsMadeUpForByItsJournal() {
        String client = client();
        var program = cluster.gateway(0).program();
        var told = killedAndBack(client, "/killed", program::restart);
        long arrived = cluster.upstream().at("/killed").count();
        long used = cluster.tables().used(client, "monthly");

        Figure.print(
                "kill -9 of one of 3 under load: %d of %d arrived, %d used; callers %s"
                        .formatted(arrived, QUOTA, used, told));
        assertThat(used).isEqualTo(QUOTA);
        assertThat(arrived).isBetween(used - CALLERS, used);
        assertThat(cluster.tables().forfeits(client, "monthly")).isZero();
    }

    @Test
    void whatAGatewayHeldThatLostItsJournalIsForfeited() {
        String client = client();
        var gateway = cluster.gateway(0);
        var held = new AtomicLong();
        var told =
                killedAndBack(
                        client,
                        "/wiped",
                        () -> {
                            held.set(cluster.tables().held(LOST, client, "monthly"));
                            gateway.loseJournal();
                            gateway.program().restart();
                        });
        long arrived = cluster.upstream().at("/wiped").count();
        long used = cluster.tables().used(client, "monthly");
        long forfeited = cluster.tables().forfeited(client, "monthly");

        Figure.print(
                "kill -9 and the disk gone: %d of %d arrived, %d used, %d forfeited of %d; %s"
                        .formatted(arrived, QUOTA, used, forfeited, held.get(), told));
        assertThat(forfeited).isEqualTo(held.get());
        assertThat(cluster.tables().forfeits(client, "monthly")).isEqualTo(forfeited);
        assertThat(used + forfeited).isEqualTo(QUOTA);
        assertThat(arrived).isBetween(used, used + forfeited);
    }

    /// While it is held, nobody spends what it holds; nor does it, when it goes on.
    @Test
    void aGatewayThatSleepsLongerThanItsLeasesLastSpendsNothingTwice() {
        String client = client();
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        var program = cluster.gateway(0).program();
        var asleep = new AtomicBoolean();
        var traffic =
                load.traffic(
                        PACE, i -> cluster.anywhere(asleep.get() ? i % 2 + 1 : i, "/frozen", key));
        awaitArrivals("/frozen");

        asleep.set(true);
        program.freeze();
        Latencies.of(FROZEN, () -> cluster.tables().used(client, "monthly"));
        program.thaw();
        long before = cluster.upstream().at("/frozen").count();
        asleep.set(false);
        Eventually.equal(SPENT, (long) QUOTA, () -> cluster.tables().used(client, "monthly"));
        Tally told = traffic.stop();
        long arrived = cluster.upstream().at("/frozen").count();

        Figure.print(
                "one of 3 asleep for %d s: %d had arrived when it woke, %d of %d in the end; %s"
                        .formatted(FROZEN.toSeconds(), before, arrived, QUOTA, told));
        assertThat(arrived).isEqualTo(QUOTA);
        Eventually.equal(BACK, (long) QUOTA, () -> cluster.tables().forwarded(key.id()));
        assertThat(cluster.tables().leased(client, "monthly")).isZero();
    }

    /// Under load until all that can be spent is.
    private static Tally killedAndBack(String client, String path, Runnable back) {
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        var traffic = load.traffic(PACE, i -> cluster.anywhere(i, path, key));
        awaitArrivals(path);
        cluster.gateway(0).program().kill();
        back.run();
        Eventually.equal(SPENT, (long) QUOTA, () -> spentOrSetAside(client));
        return traffic.stop();
    }

    private static long spentOrSetAside(String client) {
        var tables = cluster.tables();
        return tables.used(client, "monthly") + tables.forfeited(client, "monthly");
    }

    private static void awaitArrivals(String path) {
        Eventually.within(
                SPENT, () -> cluster.upstream().at(path).count(), count -> count > QUOTA / 4);
    }

    private static String client() {
        return admin.client(admin.reseller(1_000_000), QUOTA);
    }

    private static Call onLost(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
