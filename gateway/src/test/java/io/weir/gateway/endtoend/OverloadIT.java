package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Three times as much is asked of a gateway as it can serve, by callers who do not wait for one
/// another.
class OverloadIT {

    private static final int CALLERS = 64;

    /// As many as one address may connect, but for those who look on.
    private static final int CROWD = 900;

    private static final int TIMES = 3;
    private static final int PEAK = Soak.count(20_000, 100_000);
    private static final Duration CROWDED =
            Soak.time(Duration.ofSeconds(10), Duration.ofSeconds(60));
    private static final Duration NORMAL = Duration.ofSeconds(10);

    /// The callers are on the same machine, whose load must not decide whether a build passes.
    private static final int KEPT_PERCENT = Soak.count(50, 90);

    private static final int ALONE = 200;
    private static final long MOST_HEAP = 64 << 20;

    static Cluster cluster;
    static Load usual;
    static Load crowd;
    static Load one;
    static Call call;
    static String client;
    static ApiKey key;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(OverloadIT.class, 1, Cluster.PATIENT);
        usual = new Load(CALLERS);
        crowd = new Load(CROWD, Duration.ofMinutes(1));
        one = new Load(1, Duration.ofMinutes(1));
        Admin admin = cluster.admin();
        client = admin.client(admin.reseller(1_000_000_000), 1_000_000_000);
        key = admin.key(client, Admin.UNLIMITED);
        call = Call.bearer(cluster.gateway(0).demo("/crowded"), key.secret());
        usual.send(PEAK, call);
    }

    @AfterAll
    static void stop() {
        one.close();
        crowd.close();
        usual.close();
        cluster.close();
    }

    @Test
    void hardlyLessIsServedAndAllIsAsBeforeSoonAfter() {
        long held = held();
        Duration atFirst = cpu();
        Tally peak = usual.send(PEAK, call);
        Duration each = cpu().minus(atFirst).dividedBy(peak.count(200));
        Duration alone = alone();

        Duration before = cpu();
        Traffic traffic = crowd.traffic(pause(peak), _ -> call);
        Latencies served = Latencies.of(CROWDED, () -> one.send(call));
        Tally crowded = traffic.stop();
        Duration crowdedEach = cpu().minus(before).dividedBy(crowded.count(200));
        double kept = 100 * crowded.perSecond(200) / peak.perSecond(200);
        Duration normal = Eventually.within(NORMAL, OverloadIT::alone, now -> isAlike(now, alone));

        Figure.print("the peak: %s, %d us of CPU each".formatted(peak, micros(each)));
        Figure.print(
                ("%d times the peak asked for: %s, %.0f %% of the peak, %d us of CPU each;"
                                + " for one among them %s; as before after %d ms")
                        .formatted(
                                TIMES,
                                crowded,
                                kept,
                                micros(crowdedEach),
                                served,
                                normal.toMillis()));
        assertThat(kept).isGreaterThanOrEqualTo(KEPT_PERCENT);
        Eventually.within(
                NORMAL,
                () -> Scrape.of(cluster.gateway(0)).sum("weir_requests_active"),
                n -> n == 0);
        assertThat(held() - held).isLessThan(MOST_HEAP);
        Eventually.equal(
                NORMAL,
                (long) cluster.upstream().at("/crowded").count(),
                () -> cluster.tables().forwarded(key.id()));
    }

    private static Duration pause(Tally peak) {
        return Duration.ofNanos((long) (1e9 / (TIMES * peak.perSecond(200))));
    }

    /// What a request takes that nothing competes with.
    private static Duration alone() {
        return Latencies.of(ALONE, () -> one.send(call)).percentile(50);
    }

    private static boolean isAlike(Duration now, Duration before) {
        return now.compareTo(before.multipliedBy(2)) <= 0;
    }

    private static Duration cpu() {
        return cluster.gateway(0).program().cpu();
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1_000;
    }

    private static long held() {
        return cluster.gateway(0).program().liveHeap();
    }
}
