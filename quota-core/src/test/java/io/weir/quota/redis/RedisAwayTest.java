package io.weir.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KillArgs;
import io.weir.quota.bucket.Rate;
import io.weir.quota.concurrency.Slots;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Tag("blocking")
class RedisAwayTest {

    static final Duration BUDGET = RedisTimes.DEFAULT.budget();

    /// Of a machine that does something else at the same time.
    static final Duration BUSY = Duration.ofMillis(50);

    static final long CAPACITY = 100;

    final Subject alice = new Subject(SubjectKind.KEY, UUID.randomUUID());
    Server server;
    List<Node> nodes = List.of();

    /// For the tests after this one, too, of which those that connect to PostgreSQL read the
    /// machine's random numbers.
    @BeforeAll
    static void watchForBlocking() {
        BlockHound.install(
                hound ->
                        hound.allowBlockingCallsInside(
                                "sun.security.provider.NativePRNG$RandomIO", "readFully"));
    }

    @BeforeEach
    void start() throws IOException {
        server = new Server();
        nodes = Node.cluster(server.redis.uri(), 3, BUDGET);
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
        server.close();
    }

    @Test
    void killed() throws Exception {
        request(1);
        server.signal("KILL");

        assertLocalShare();
        server.restart();
        assertItComesBack();
    }

    @Test
    void frozen() throws Exception {
        request(1);
        server.signal("STOP");

        assertLocalShare();
        server.signal("CONT");
        assertItComesBack();
    }

    @Test
    void flushed() {
        request(1);
        server.ask(redis -> redis.flushall());
        server.ask(redis -> redis.scriptFlush());

        assertThat(request(0)).isTrue();
        assertThat(nodes).noneMatch(node -> node.redis.storeIsAway());
    }

    @Test
    void behindAnotherPassword() {
        request(1);
        server.ask(
                redis -> {
                    redis.configSet("requirepass", "changed");
                    redis.clientKill(KillArgs.Builder.typeNormal().skipme());
                    return redis.clientKill(KillArgs.Builder.typePubsub().skipme());
                });

        assertLocalShare();
        server.ask("changed", redis -> redis.configSet("requirepass", Server.PASSWORD));
        assertItComesBack();
    }

    @Test
    void outOfMemory() {
        request(1);
        server.ask(redis -> redis.configSet("maxmemory", "1"));

        assertLocalShare();
        server.ask(redis -> redis.configSet("maxmemory", "0"));
        assertItComesBack();
    }

    @Test
    void notThereYet() throws Exception {
        nodes.forEach(Node::close);
        server.signal("KILL");
        nodes = List.of(Node.unconnected(server.redis.uri(), 0, 1, BUDGET, InstantSource.system()));

        assertThat(request(0)).isTrue();
        assertThat(nodes.getFirst().redis.fallbacks()).isPositive();
        server.restart();
        assertItComesBack();
    }

    @Test
    void slotsFallToAShareAndReturnToZero() throws Exception {
        Slots slots = nodes.getFirst().slots.slots(alice, new PolicyName("concurrent"));
        server.signal("KILL");
        Node.await(() -> nodes.stream().allMatch(node -> node.redis.storeIsAway()));

        assertThat(Node.take(slots, 5).block()).isTrue();
        assertThat(Node.take(slots, 5).block()).isTrue();
        assertThat(Node.take(slots, 5).block()).isFalse();
        server.restart();
        assertItComesBack();
        slots.free();
        slots.free();
        assertThat(slots.taken()).isZero();
        String key = "weir:slots:" + alice + ":concurrent";
        Node.await(() -> server.ask(redis -> redis.hlen(key)) == 0);
    }

    /// No request waits for long or meets an error, and each node keeps to its share.
    private void assertLocalShare() {
        var nanos = new long[1_000];
        long admitted = 0;
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            admitted += request(i % 3) ? 1 : 0;
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        Duration slow = Duration.ofNanos(nanos[nanos.length * 99 / 100]);

        assertThat(slow).isLessThan(BUSY);
        assertThat(admitted).isBetween(CAPACITY / 3, CAPACITY + 2);
        Node.await(() -> nodes.stream().allMatch(node -> node.redis.storeIsAway()));
        assertThat(nodes).anyMatch(node -> node.redis.fallbacks() > 0);
    }

    private void assertItComesBack() {
        nodes.forEach(Node::awaitRedis);
        assertThat(nodes).noneMatch(node -> node.redis.storeIsAway());
    }

    /// On a thread that must not block, as a request would be.
    private boolean request(int node) {
        var hourly =
                new TokenBucket(
                        new PolicyName("hourly"),
                        QuotaUnit.REQUESTS,
                        CAPACITY,
                        1,
                        Duration.ofHours(1));
        Rate rate = nodes.get(node % nodes.size()).rates.rate(alice, hourly, 1);
        return Mono.defer(() -> Node.request(rate, 1))
                .subscribeOn(Schedulers.parallel())
                .blockOptional(Duration.ofSeconds(5))
                .orElseThrow();
    }
}
