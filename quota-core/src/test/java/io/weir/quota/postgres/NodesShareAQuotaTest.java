package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.admission.AdmissionDecision;
import io.weir.quota.admission.AdmissionDecision.Admitted;
import io.weir.quota.admission.AdmissionDecision.Cause;
import io.weir.quota.admission.AdmissionDecision.Rejected;
import io.weir.quota.admission.SubjectPath;
import io.weir.quota.usage.Metered;
import io.weir.quota.usage.Outcome;
import io.weir.quota.usage.Rollup;
import io.weir.quota.usage.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/// Several nodes in one process, each with its own connections, over one real database.
class NodesShareAQuotaTest {

    static TestDatabase database;

    final List<Node> nodes = new ArrayList<>();

    @BeforeAll
    static void start() {
        database = TestDatabase.start();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private Node node() {
        var node = new Node(database);
        nodes.add(node);
        return node;
    }

    /// Each request is settled a moment later, on another thread.
    private long admitted(List<SubjectPath> paths, int requests) {
        return admitted(paths, requests, Usage.ONE_REQUEST);
    }

    private long admitted(List<SubjectPath> paths, int requests, Usage cost) {
        var admitted = new AtomicLong();
        Flux.range(0, requests)
                .flatMap(
                        i ->
                                nodes.get(i % nodes.size())
                                        .admission
                                        .admit(paths.get(i % nodes.size()), cost)
                                        .subscribeOn(Schedulers.parallel()),
                        64)
                .doOnNext(
                        decision -> {
                            if (decision instanceof Admitted(var reservation, _)) {
                                admitted.incrementAndGet();
                                Schedulers.parallel().schedule(() -> reservation.settle(cost));
                            }
                        })
                .blockLast(Duration.ofSeconds(30));
        return admitted.get();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void exactlyTheQuotaIsAdmittedHoweverManyNodesShareIt(int count) {
        UUID reseller = database.reseller("1000000");
        UUID client = database.client(reseller, 1_000, "hard", 0);
        List<SubjectPath> paths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            paths.add(node().path(client, reseller));
        }

        assertThat(admitted(paths, 5_000)).isEqualTo(1_000);
        nodes.forEach(Node::stop);

        assertThat(used(client, "monthly")).isEqualTo(1_000);
        assertThat(used(reseller, "pool")).isEqualTo(1_000);
        assertThat(leased()).isZero();
    }

    /// Nodes are granted parts of it that are no whole number of requests, and must not sit on
    /// them.
    @ParameterizedTest
    @ValueSource(longs = {7, 1_000, 342_000_001})
    void requestsOfManyUnitsUseUpAQuotaOnThreeNodes(long units) {
        UUID reseller = database.reseller("1000000000000");
        UUID client = database.client(reseller, 100 * units + units / 2, "hard", 0);
        List<SubjectPath> paths =
                List.of(
                        node().path(client, reseller),
                        node().path(client, reseller),
                        node().path(client, reseller));

        assertThat(admitted(paths, 300, new Usage(units, 0, 0))).isEqualTo(100);
        nodes.forEach(Node::stop);
        assertThat(used(client, "monthly")).isEqualTo(100 * units);
    }

    @Test
    void oneUnitLeftIsAdmittedOnceAmongThreeNodes() {
        UUID reseller = database.reseller("1");
        UUID client = database.client(reseller, 1, "hard", 0);
        List<SubjectPath> paths =
                List.of(
                        node().path(client, reseller),
                        node().path(client, reseller),
                        node().path(client, reseller));

        assertThat(admitted(paths, 1_000)).isEqualTo(1);
        nodes.forEach(Node::stop);
        assertThat(used(client, "monthly")).isEqualTo(1);
    }

    @Test
    void aSoftQuotaEndsWithItsBuffer() {
        UUID reseller = database.reseller("1000000");
        UUID client = database.client(reseller, 100, "soft", 10);

        assertThat(admitted(List.of(node().path(client, reseller)), 300)).isEqualTo(110);
        nodes.forEach(Node::stop);
    }

    @Test
    void anUnlimitedClientStopsWithItsResellersPool() {
        UUID reseller = database.reseller("50");
        UUID client = database.client(reseller, 0, "unlimited", 0);

        assertThat(admitted(List.of(node().path(client, reseller)), 300)).isEqualTo(50);
        nodes.forEach(Node::stop);
        assertThat(used(client, "monthly")).isEqualTo(50);
    }

    @Test
    void raisingTheLimitRevivesAndLoweringItStops() {
        UUID reseller = database.reseller("1000");
        UUID client = database.client(reseller, 5, "hard", 0);
        Node node = node();
        SubjectPath path = node.path(client, reseller);
        assertThat(admitted(List.of(path), 20)).isEqualTo(5);

        database.run("UPDATE client SET monthly_quota = 8 WHERE id = '%s'".formatted(client));
        node.configure(path.nodes().getFirst(), Optional.empty());
        assertThat(admitted(List.of(path), 20)).isEqualTo(3);

        database.run("UPDATE client SET monthly_quota = 6 WHERE id = '%s'".formatted(client));
        node.configure(path.nodes().getFirst(), Optional.empty());
        AdmissionDecision refused = node.admission.admit(path, Usage.ONE_REQUEST).block();
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> {
                            var violation = rejected.violations().getFirst();
                            assertThat(violation.cause()).isEqualTo(Cause.QUOTA);
                            var limit = violation.limit().orElseThrow();
                            assertThat(limit.used()).isEqualTo(8);
                            assertThat(limit.quota()).isEqualTo(6);
                            assertThat(limit.remaining()).isZero();
                        });
        node.stop();
    }

    @Test
    void whatIsReservedIsNotSpentAndSaysSo() {
        UUID reseller = database.reseller("1000");
        UUID client = database.client(reseller, 1, "hard", 0);
        Node node = node();
        SubjectPath path = node.path(client, reseller);
        var first = (Admitted) Node.now(node.admission.admit(path, Usage.ONE_REQUEST));

        assertThat(
                        ((Rejected) Node.now(node.admission.admit(path, Usage.ONE_REQUEST)))
                                .violations())
                .extracting(AdmissionDecision.Violation::cause)
                .containsExactly(Cause.RESERVED);

        first.reservation().release();
        assertThat(node.admission.admit(path, Usage.ONE_REQUEST).block())
                .isInstanceOf(Admitted.class);
        node.stop();
    }

    @Test
    void usageIsReportedOnceWithTheLeases() {
        UUID reseller = database.reseller("1000");
        Node node = node();
        UUID key = UUID.randomUUID();
        var rollup = new Rollup(0, key, null, null, reseller, "demo", "", Outcome.SERVED);
        Flux.range(0, 10_000)
                .parallel(2)
                .runOn(Schedulers.parallel())
                .doOnNext(_ -> node.rollups.add(rollup, Metered.requests(1)))
                .sequential()
                .blockLast();
        node.stop();

        assertThat(
                        database.number(
                                "SELECT sum(requests) FROM usage_minute WHERE key_id = '%s'"
                                        .formatted(key)))
                .isEqualTo(10_000);
    }

    private static long used(UUID subject, String policy) {
        return database.number(
                "SELECT used FROM counter WHERE subject = '%s' AND policy = '%s'"
                        .formatted(subject, policy));
    }

    private static long leased() {
        return database.number(
                "SELECT (SELECT coalesce(sum(leased), 0) FROM counter)"
                        + " + (SELECT coalesce(sum(held), 0) FROM lease)");
    }
}
