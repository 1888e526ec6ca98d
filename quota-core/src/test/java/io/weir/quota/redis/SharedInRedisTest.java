package io.weir.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.bucket.Rate;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.QuotaUnit;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

class SharedInRedisTest {

    static final PolicyName RPM = new PolicyName("rpm");
    static Server server;

    final Subject alice = new Subject(SubjectKind.KEY, UUID.randomUUID());
    List<Node> nodes = List.of();

    @BeforeAll
    static void start() throws IOException {
        server = new Server();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void theFirstThreePassWhereverTheyLand(int size) {
        nodes = Node.cluster(server.redis.uri(), size, Node.PATIENT);

        assertThat(admitted(TokenBucket.perMinute(RPM, 3), size, 1)).isEqualTo(3);
        assertThat(admitted(TokenBucket.perMinute(RPM, 3), size, 1)).isZero();
    }

    @Test
    void manyAtOnceGetWhatThereIs() {
        nodes = Node.cluster(server.redis.uri(), 3, Node.PATIENT);
        var hourly = new TokenBucket(RPM, QuotaUnit.REQUESTS, 1_000, 1, Duration.ofHours(1));

        assertThat(admitted(hourly, 3_000, 64)).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource({"5, 10, 8", "5, 3, 1", "5, 2, 0"})
    void anEditKeepsWhatWasConsumed(long before, long after, long left) {
        nodes = Node.cluster(server.redis.uri(), 3, Node.PATIENT);
        assertThat(admitted(TokenBucket.perMinute(RPM, before), 2, 1)).isEqualTo(2);
        nodes.forEach(node -> node.rates.rate(alice, TokenBucket.perMinute(RPM, after), 2));

        assertThat(admitted(TokenBucket.perMinute(RPM, after), 20, 1)).isEqualTo(left);
    }

    @Test
    void aDebtIsSharedAndItsBucketKeptUntilItIsFull() {
        nodes = Node.cluster(server.redis.uri(), 2, Node.PATIENT);
        var policy = TokenBucket.perMinute(RPM, 60);
        Rate rate = nodes.getFirst().rates.rate(alice, policy, 1);
        rate.settle(0, 120);
        String key = "weir:rate:" + alice + ":rpm";
        Node.await(() -> server.ask(redis -> redis.exists(key)) == 1);

        long life = server.ask(redis -> redis.pttl(key));
        assertThat(life).isBetween(120_000L, 135_000L);
        assertThat(admitted(policy, 10, 1)).isZero();
    }

    @Test
    void aLeavingNodeGivesItsBatchBack() {
        nodes = Node.cluster(server.redis.uri(), 2, Node.PATIENT);
        var policy = new TokenBucket(RPM, QuotaUnit.REQUESTS, 10, 1, Duration.ofHours(1));
        Rate leaving = nodes.getFirst().rates.rate(alice, policy, 1);
        assertThat(Node.request(leaving, 10).block()).isTrue();
        leaving.putBack(10);
        nodes.getFirst().redis.close().block();

        assertThat(Node.request(nodes.get(1).rates.rate(alice, policy, 1), 10).block()).isTrue();
    }

    @Test
    void aClockThatDiffersFromThatOfRedisIsMeasured() {
        InstantSource fast = () -> Instant.now().plusSeconds(7);
        var node = Node.unconnected(server.redis.uri(), 0, 1, Node.PATIENT, fast);
        nodes = List.of(node);
        node.awaitRedis();

        assertThat(node.redis.skew()).isBetween(Duration.ofMillis(6_500), Duration.ofMillis(7_500));
    }

    @Test
    void aRequestHardlyWaits() {
        nodes = Node.cluster(server.redis.uri(), 3, RedisTimes.DEFAULT.budget());
        var policy = TokenBucket.perMinute(RPM, 60_000);
        admitted(policy, 2_000, 4);
        long start = System.nanoTime();

        assertThat(admitted(policy, 20_000, 4)).isGreaterThan(19_000);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private long admitted(TokenBucket policy, int requests, int parallel) {
        List<Rate> rates = nodes.stream().map(node -> node.rates.rate(alice, policy, 1)).toList();
        return Flux.range(0, requests)
                .flatMap(i -> Node.request(rates.get(i % rates.size()), 1), parallel)
                .filter(admitted -> admitted)
                .count()
                .blockOptional()
                .orElseThrow();
    }
}
