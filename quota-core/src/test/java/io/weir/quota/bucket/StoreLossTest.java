package io.weir.quota.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// However the store fails, no stretch of time admits more than the bucket, what flows into it, and
/// what the nodes have ahead: the bound in the package's notes, under requests to all nodes.
class StoreLossTest {

    private static final int NODES = 3;
    private static final Duration REUNION = Duration.ofSeconds(2);
    private static final Duration NOTICED = Duration.ofMillis(500);

    enum Failure {
        FROZEN,
        KILLED,
        FLUSHED
    }

    @ParameterizedTest
    @CsvSource({
        "FROZEN, 600, 10", "KILLED, 600, 10", "FLUSHED, 600, 10",
        "FROZEN, 100, 50", "KILLED, 100, 50", "FLUSHED, 100, 50",
        "FROZEN, 5, 1", "KILLED, 5, 1", "FLUSHED, 5, 1",
    })
    void noWindowAdmitsMoreThanTheBucketAndWhatFlowsIn(
            Failure failure, long capacity, long refill) {
        long returns = failure == Failure.FLUSHED ? 0 : refill * NOTICED.toMillis() / 1_000;
        long ahead = 1 + NODES * (1 + Math.max(1, refill / 50)) + returns;
        for (int seed = 0; seed < 40; seed++) {
            var run = new Run(failure, seed, capacity, refill);
            run.go();
            assertThat(Windows.most(run.admitted, refill) - capacity)
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(ahead);
        }
    }

    /// Requests come to all nodes while the store fails and returns again and again, which each
    /// node notices in its own time.
    private static final class Run {

        final Random random;
        final Failure failure;
        final Cluster cluster;
        final List<Long> admitted = new ArrayList<>();

        Run(Failure failure, int seed, long capacity, long refill) {
            this.failure = failure;
            this.random = new Random(seed);
            this.cluster = new Cluster(NODES, Cluster.perSecond(capacity, refill));
        }

        void go() {
            for (int turn = 0; turn < 4; turn++) {
                load(REUNION.plusMillis(random.nextInt(5_000)));
                switch (failure) {
                    case FLUSHED -> cluster.store.flush();
                    case KILLED -> {
                        cluster.store.flush();
                        away();
                    }
                    case FROZEN -> away();
                }
            }
            load(Duration.ofSeconds(3));
        }

        private void away() {
            cluster.lines.forEach(line -> line.cut = true);
            load(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 1_000 : 30_000)));
            for (int node : shuffled()) {
                cluster.lines.get(node).cut = false;
                load(Duration.ofNanos(random.nextLong(NOTICED.toNanos() / 2)));
            }
        }

        private List<Integer> shuffled() {
            var nodes = new ArrayList<>(IntStream.range(0, NODES).boxed().toList());
            Collections.shuffle(nodes, random);
            return nodes;
        }

        private void load(Duration time) {
            long end = cluster.now() + time.toNanos();
            while (cluster.now() < end) {
                if (cluster.request(random.nextInt(NODES), 1)) {
                    admitted.add(cluster.now());
                }
                cluster.pass(Duration.ofNanos(random.nextLong(4_000_000)));
            }
        }
    }
}
