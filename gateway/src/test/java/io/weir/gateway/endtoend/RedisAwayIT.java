package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Redis holds nothing that may not be lost: without it each gateway goes by its share of a rate,
/// nobody waits, and quotas do not notice.
class RedisAwayIT {

    private static final int QUOTA = 1_000;
    private static final int PER_MINUTE = 600;
    private static final Duration BESIDE = Duration.ofSeconds(2);
    private static final Duration AWAY = Soak.time(Duration.ofSeconds(4), Duration.ofSeconds(60));
    private static final Duration BACK = Duration.ofSeconds(5);
    private static final Duration PACE = Duration.ofMillis(5);

    /// What a machine that does other things as well may add to what Redis does. It adds as much to
    /// the same load with Redis, before and after, which is what the time without it is compared
    /// to.
    private static final Duration SLACK = Duration.ofMillis(50);

    /// What three gateways may have ahead of a bucket, by the notes of `quota.bucket`: 7, and a
    /// little that they can't know of each other while they return.
    private static final int AHEAD = 10;

    /// In which they return, if the machine does nothing else.
    private static final Duration RETURNING = Duration.ofSeconds(1);

    static Cluster cluster;
    static Admin admin;
    static Load load;
    static Load single;
    static int turn;

    enum Failure {
        KILLED,
        FROZEN,
        FLUSHED,
        LOCKED;

        void begin(SharedRedis redis) {
            switch (this) {
                case KILLED -> redis.kill();
                case FROZEN -> redis.freeze();
                case FLUSHED -> redis.flush();
                case LOCKED -> redis.lock();
            }
        }

        void end(SharedRedis redis) {
            switch (this) {
                case KILLED -> redis.start();
                case FROZEN -> redis.thaw();
                case FLUSHED -> {}
                case LOCKED -> redis.unlock();
            }
        }
    }

    /// The bucket once, whoever keeps the books of it, and what flows in: while they return, here
    /// and there.
    private static int most(double seconds, Duration back) {
        double returning = Math.max(RETURNING.toMillis(), back.toMillis()) / 1e3;
        return PER_MINUTE + (int) ((seconds + returning) * PER_MINUTE / 60) + AHEAD;
    }

    @BeforeAll
    static void start() {
        cluster = Cluster.start(RedisAwayIT.class, 3, Map.of("WEIR_STOREBUDGET", "5s"));
        admin = cluster.admin();
        load = new Load(32);
        single = new Load(1);
        send("/warm-up", 3_000, admin.key(client(100_000), Admin.UNLIMITED));
    }

    @AfterAll
    static void stop() {
        load.close();
        single.close();
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingButRatesFallsToAShareOfEachGateway(Failure failure) {
        String client = client(QUOTA);
        ApiKey counted = admin.key(client, Admin.UNLIMITED);
        ApiKey rated = admin.key(client(100_000), Admin.perMinute(PER_MINUTE));
        ApiKey probe = admin.key(client(1_000_000), Admin.UNLIMITED);
        String path = "/" + failure;
        long begin = System.nanoTime();
        var traffic = load.traffic(PACE, i -> cluster.anywhere(i, path + "-rated", rated));
        send(path, QUOTA / 2, counted);
        var before = Latencies.of(BESIDE, () -> assertServed(probe));

        failure.begin(cluster.redis());
        var during = Latencies.of(AWAY, () -> assertServed(probe));
        Tally rest = send(path, QUOTA, counted);
        failure.end(cluster.redis());
        var back = Eventually.equal(BACK, 3.0, () -> cluster.sum("weir_redis_up"));
        var after = Latencies.of(BESIDE, () -> assertServed(probe));
        Tally told = traffic.stop();
        double seconds = (System.nanoTime() - begin) / 1e9;
        int rate = cluster.upstream().at(path + "-rated").count();

        Figure.print(
                ("Redis %s: before %s; during %s; after %s; back after %d ms; %d a minute: %d in %.1f s,"
                                + " callers %s; quota %d of %d")
                        .formatted(
                                failure,
                                before,
                                during,
                                after,
                                back.toMillis(),
                                PER_MINUTE,
                                rate,
                                seconds,
                                told,
                                cluster.upstream().at(path).count(),
                                QUOTA));
        assertThat(rest.outcomes()).isEqualTo(Map.of("200", QUOTA / 2L, "429", QUOTA - QUOTA / 2L));
        assertThat(cluster.upstream().at(path).count()).isEqualTo(QUOTA);
        assertThat(told.outcomes()).containsOnlyKeys("200", "429");
        assertThat(rate).isBetween(PER_MINUTE, most(seconds, back));
        assertThat(during.percentile(99)).isLessThan(before.and(after).percentile(99).plus(SLACK));
    }

    private static void assertServed(ApiKey key) {
        assertThat(single.send(cluster.anywhere(turn++, "/probe", key)).status()).isEqualTo(200);
    }

    private static Tally send(String path, int requests, ApiKey key) {
        return load.send(requests, i -> cluster.anywhere(i, path, key));
    }

    private static String client(long quota) {
        return admin.client(admin.reseller(10_000_000), quota);
    }
}
