package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The database dies or hangs under three busy gateways: they spend what they hold, lose nothing
/// and wait for nothing.
class DatabaseCrashIT {

    private static final Duration AWAY = Soak.time(Duration.ofSeconds(8), Duration.ofSeconds(60));
    private static final Duration NORMAL = Duration.ofSeconds(10);
    private static final Duration EXACT = Duration.ofSeconds(5);
    private static final Duration PACE = Duration.ofMillis(4);

    /// Of a request on a lease, on a machine that does other things as well.
    private static final Duration FAST = Duration.ofMillis(100);

    /// Of one that waits for the database as long as any may.
    private static final Duration PROMPT = Duration.ofSeconds(1);

    private static final Duration ADMIN_LIMIT = Duration.ofSeconds(2);
    private static final int QUOTA = 1_000_000;

    static Cluster cluster;
    static Admin admin;
    static Load load;
    static Load single;
    static int turn;

    @BeforeAll
    static void start() {
        var patient = Map.of("WEIR_REDISBUDGET", "500ms");
        cluster = Cluster.start(DatabaseCrashIT.class, 3, patient);
        admin = cluster.admin();
        load = new Load(32);
        single = new Load(1);
    }

    @AfterAll
    static void stop() {
        load.close();
        single.close();
        cluster.close();
    }

    /// All that is held is spent before anybody is refused, and nothing beyond it.
    @Test
    void leasesAreSpentToTheLastUnitWhileTheDatabaseIsKilled() {
        String client = client();
        String crowded = client();
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        ApiKey crowd = admin.key(crowded, Admin.UNLIMITED);
        ApiKey never = admin.key(client(), Admin.UNLIMITED);
        var traffic = load.traffic(PACE, i -> cluster.anywhere(i, "/crowd", crowd));
        long before = send(1_000, "/leased", key).count(200);
        Eventually.equal(EXACT, before, () -> cluster.tables().used(client, "monthly"));

        long held = cluster.tables().leased(client, "monthly");
        cluster.database().kill();
        Tally during = send((int) held + 300, "/leased", key);
        Latencies refusals = Latencies.of(AWAY, () -> assertRefusedOrServed(key));
        long spent = arrived("/leased") - before;
        cluster.database().restart();
        Duration normal = Eventually.equal(NORMAL, 200, () -> status("/never", never));
        Eventually.equal(NORMAL, 200, () -> adminStatus());
        Tally told = traffic.stop();
        Duration exact =
                assertExact(client, key, "/leased").plus(assertExact(crowded, crowd, "/crowd"));

        Figure.print(
                ("database killed for %d s: %d held, then %s, 503 %s; crowd %s;"
                                + " normal after %d ms, exact after %d more")
                        .formatted(
                                AWAY.toSeconds(),
                                held,
                                during,
                                refusals,
                                told,
                                normal.toMillis(),
                                exact.toMillis()));
        assertThat(during.outcomes()).containsOnlyKeys("200", "503");
        assertThat(spent).isEqualTo(held);
        assertThat(told.outcomes()).containsOnlyKeys("200", "503");
        assertThat(arrived("/crowd")).isEqualTo(told.count(200));
    }

    @Test
    void nothingStallsWhileTheDatabaseHangs() {
        String client = client();
        ApiKey key = admin.key(client, Admin.UNLIMITED);
        ApiKey never = admin.key(client(), Admin.UNLIMITED);
        long before = send(1_000, "/hangs", key).count(200);
        Eventually.equal(EXACT, before, () -> cluster.tables().used(client, "monthly"));
        long held = cluster.tables().leased(client, "monthly");

        cluster.database().freeze();
        Latencies onLease = Latencies.of((int) held / 4, () -> assertServed(key));
        Answer unknown = single.send(cluster.anywhere(0, "/hangs", never));
        Latencies operator = Latencies.of(3, () -> assertAdminIsTold());
        Latencies me = Latencies.of(AWAY.minusSeconds(2), () -> me(key));
        cluster.database().thaw();
        Duration normal = Eventually.equal(NORMAL, 200, () -> status("/never", never));
        Duration administered = Eventually.equal(NORMAL, 200, () -> adminStatus());
        Duration exact = assertExact(client, key, "/hangs");
        Duration idle = Eventually.equal(NORMAL, 0L, () -> cluster.tables().busyConnections());

        Figure.print(
                ("database frozen: on a lease %s; me %s; admin's 503 %s; normal after %d"
                                + " and %d ms, exact after %d more, pools idle after %d more")
                        .formatted(
                                onLease,
                                me,
                                operator,
                                normal.toMillis(),
                                administered.toMillis(),
                                exact.toMillis(),
                                idle.toMillis()));
        assertThat(unknown.status()).isEqualTo(503);
        assertThat(onLease.percentile(99)).isLessThan(FAST);
        assertThat(me.percentile(100)).isLessThan(PROMPT);
        assertThat(operator.percentile(100)).isLessThan(ADMIN_LIMIT);
    }

    private static Duration assertExact(String client, ApiKey key, String path) {
        long arrived = arrived(path);
        return Eventually.equal(EXACT, arrived, () -> cluster.tables().used(client, "monthly"))
                .plus(Eventually.equal(EXACT, arrived, () -> cluster.tables().forwarded(key.id())));
    }

    private static void assertRefusedOrServed(ApiKey key) {
        Answer answer = single.send(cluster.anywhere(turn++, "/leased", key));
        assertThat(answer.status()).as(answer.body()).isIn(200, 503);
    }

    private static void assertServed(ApiKey key) {
        assertThat(single.send(cluster.anywhere(turn++, "/hangs", key)).status()).isEqualTo(200);
    }

    private static void assertAdminIsTold() {
        assertThat(adminStatus()).isEqualTo(503);
    }

    private static int adminStatus() {
        return single.send(admin.call("/resellers")).status();
    }

    private static void me(ApiKey key) {
        String url = cluster.gateway(turn++ % 3).url() + "/weir/v1/me";
        assertThat(single.send(Call.bearer(url, key.secret())).status()).isIn(200, 503);
    }

    private static int status(String path, ApiKey key) {
        return single.send(cluster.anywhere(turn++, path, key)).status();
    }

    private static Tally send(int requests, String path, ApiKey key) {
        return load.send(requests, i -> cluster.anywhere(i, path, key));
    }

    private static long arrived(String path) {
        return cluster.upstream().at(path).count();
    }

    private static String client() {
        return admin.client(admin.reseller(QUOTA), QUOTA);
    }
}
