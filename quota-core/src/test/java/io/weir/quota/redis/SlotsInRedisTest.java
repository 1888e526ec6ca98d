package io.weir.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.concurrency.Slots;
import io.weir.quota.policy.PolicyName;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class SlotsInRedisTest {

    static final PolicyName CONCURRENT = new PolicyName("concurrent");
    static final long LIMIT = 5;
    static Server server;

    final Subject alice = new Subject(SubjectKind.KEY, UUID.randomUUID());
    final AtomicInteger underWay = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
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

    @Test
    void tenThousandRequestsThatEndInAnyWayNeverExceedTheLimit() {
        List<Slots> slots = cluster(3);
        var random = new Random(1);
        IntFunction<Mono<Boolean>> request =
                i ->
                        Node.take(slots.get(i % 3), LIMIT)
                                .flatMap(
                                        taken ->
                                                taken
                                                        ? run(slots.get(i % 3), random.nextInt(4))
                                                        : Mono.just(false));
        long admitted =
                Flux.range(0, 10_000)
                        .flatMap(request::apply, 40)
                        .filter(taken -> taken)
                        .count()
                        .blockOptional()
                        .orElseThrow();

        assertThat(most).hasValueLessThanOrEqualTo((int) LIMIT);
        assertThat(admitted).isPositive();
        assertThat(underWay).hasValue(0);
        Node.await(() -> held() == 0);
        assertThat(slots).allMatch(node -> node.taken() == 0);
    }

    @Test
    void theSlotsOfANodeThatDiedComeBack() {
        List<Slots> slots = cluster(2);
        for (int i = 0; i < LIMIT; i++) {
            assertThat(Node.take(slots.get(0), LIMIT).block()).isTrue();
        }
        server.ask(redis -> redis.del(redis.keys("weir:node:node-0-*").toArray(String[]::new)));

        assertThat(Node.take(slots.get(1), LIMIT).block()).isTrue();
    }

    @Test
    void whoWaitsIsWokenWhenAnotherNodesRequestEnds() {
        List<Slots> slots = cluster(2);
        for (int i = 0; i < LIMIT; i++) {
            assertThat(Node.take(slots.get(0), LIMIT).block()).isTrue();
        }
        Mono<Boolean> waiting = Node.take(slots.get(1), LIMIT).cache();
        waiting.subscribe();
        slots.get(0).free();

        assertThat(waiting.block(Duration.ofSeconds(1))).isTrue();
    }

    @Test
    void whatAFlushedRedisForgotIsStatedAgain() {
        List<Slots> slots = cluster(2);
        for (int i = 0; i < LIMIT; i++) {
            assertThat(Node.take(slots.get(0), LIMIT).block()).isTrue();
        }
        server.ask(redis -> redis.flushall());
        Node.await(() -> held() == LIMIT);

        assertThat(Node.take(slots.get(1), LIMIT).block()).isFalse();
    }

    /// A request under way: it succeeds, fails, is cancelled, or takes a while. Its slot is free
    /// before anybody hears that it ended.
    private Mono<Boolean> run(Slots slots, int end) {
        Mono<Boolean> exchange =
                switch (end) {
                    case 0 -> Mono.just(true);
                    case 1 -> Mono.<Boolean>error(new IOException("reset")).onErrorReturn(true);
                    case 2 -> Mono.<Boolean>never().timeout(Duration.ofMillis(1), Mono.just(true));
                    default -> Mono.delay(Duration.ofMillis(1)).thenReturn(true);
                };
        return Mono.using(
                () -> most.accumulateAndGet(underWay.incrementAndGet(), Math::max),
                _ -> exchange,
                _ -> {
                    underWay.decrementAndGet();
                    slots.free();
                });
    }

    private long held() {
        return server.ask(
                redis ->
                        redis.hgetall("weir:slots:" + alice + ":concurrent").entrySet().stream()
                                .filter(entry -> !entry.getKey().equals("wanted"))
                                .mapToLong(entry -> Long.parseLong(entry.getValue()))
                                .sum());
    }

    private List<Slots> cluster(int size) {
        nodes = Node.cluster(server.redis.uri(), size, Node.PATIENT);
        return nodes.stream().map(node -> node.slots.slots(alice, CONCURRENT)).toList();
    }
}
