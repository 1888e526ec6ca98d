package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// However often a top-up is sent, and whatever became of the answers, it is booked once.
class TopUpsOnceTest {

    private static final int TOP_UPS = 1_000;
    private static final int COPIES = 5;
    private static final int LOSSES = Soak.count(200, 10_000);
    private static final int AT_ONCE = 4;
    private static final int CREATED = 201;

    /// Until a caller who was told to comes again: those that are served need the machine, too.
    private static final long PAUSE_NANOS = 5_000_000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void aThousandTopUpsEachSentFiveTimesInParallelAreAThousandEntries() throws Exception {
        var payments = new Payments(Running.shared());
        long before = payments.entries();

        for (var bodies : payments.all(TOP_UPS, COPIES)) {
            assertThat(bodies).hasSize(1);
        }

        assertThat(payments.entries() - before).isEqualTo(TOP_UPS);
        assertThat(payments.balance()).isEqualTo("1000.00");
    }

    @Test
    void aTopUpWhoseCommitWasAnsweredToNobodyIsBookedOnceWhenItIsSentAgain() throws Exception {
        var server = Running.server();
        try (var link = new LosingLink(server.url().port());
                var running = Running.through(link.port(), server)) {
            var payments = new Payments(running);
            // so as many as there are top-ups, since each loss makes for another commit
            link.loseOneIn(2);

            payments.all(LOSSES, 1);

            link.loseOneIn(Integer.MAX_VALUE);
            System.out.printf("%d top-ups, %d replies to COMMIT lost%n", LOSSES, link.lost());
            assertThat(link.lost()).isGreaterThan(LOSSES * 9 / 10);
            assertThat(payments.entries()).isEqualTo(LOSSES);
            assertThat(payments.balance()).isEqualTo(LOSSES + ".00");
        }
    }

    @Test
    void withoutAKeyNoMoneyMoves() {
        var running = Running.shared();
        var payments = new Payments(running);
        long before = payments.entries();
        running.api()
                .post()
                .uri("/api/v1/resellers/" + payments.reseller + "/top-ups")
                .bodyValue(Map.of("amount", "1"))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:weir:problem:idempotency-key-required");
        assertThat(payments.entries()).isEqualTo(before);
    }

    /// To one reseller.
    private final class Payments {

        final Running running;
        final String reseller;
        final String run = UUID.randomUUID().toString();

        Payments(Running running) {
            this.running = running;
            this.reseller = new Api(running.api()).reseller(null);
        }

        /// The different bodies that the copies of each were answered with.
        List<Set<String>> all(int topUps, int copies) throws InterruptedException {
            try (var executor = Executors.newFixedThreadPool(AT_ONCE)) {
                List<Callable<Set<String>>> calls =
                        IntStream.range(0, topUps)
                                .<Callable<Set<String>>>mapToObj(i -> () -> bodies(i, copies))
                                .toList();
                return executor.invokeAll(calls).stream().map(done -> done.resultNow()).toList();
            }
        }

        private Set<String> bodies(int number, int copies) throws InterruptedException {
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<String>> same =
                        IntStream.range(0, copies)
                                .<Callable<String>>mapToObj(_ -> () -> untilPaid(number))
                                .toList();
                return executor.invokeAll(same).stream()
                        .map(done -> done.resultNow())
                        .collect(Collectors.toSet());
            }
        }

        /// As a caller does who was not answered, or told that it is busy.
        private String untilPaid(int number) throws Exception {
            var answer = http.send(request(number), BodyHandlers.ofString());
            while (answer.statusCode() == 409 || answer.statusCode() >= 500) {
                LockSupport.parkNanos(PAUSE_NANOS);
                answer = http.send(request(number), BodyHandlers.ofString());
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(CREATED);
            return answer.body();
        }

        private HttpRequest request(int number) {
            String port = running.application.getEnvironment().getProperty("local.server.port");
            return HttpRequest.newBuilder(
                            URI.create(
                                    "http://127.0.0.1:%s/api/v1/resellers/%s/top-ups"
                                            .formatted(port, reseller)))
                    .header("Authorization", "Bearer " + Running.TOKEN)
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", "\"%s-%d\"".formatted(run, number))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":\"1\"}"))
                    .build();
        }

        long entries() {
            return Long.parseLong(
                    running.rows("SELECT count(*) FROM weir.ledger_entry").getFirst());
        }

        String balance() {
            return Api.json(new Api(running.api()).get("/resellers/" + reseller + "/balance"))
                    .get("balance")
                    .stringValue();
        }
    }
}
