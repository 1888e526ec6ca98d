package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Callers that ask several times at once, hang up, and ask again.
class LostRepliesTest {

    private static final int RESOURCES = 1000;
    private static final int COPIES = 5;
    private static final int AT_ONCE = 4;
    private static final String IN_USE = "urn:weir:problem:idempotency-key-in-use";
    private static final int AWAY = 503;

    /// Until a caller who was told to comes again: those that are served need the machine, too.
    private static final long PAUSE_NANOS = 5_000_000;

    /// Its own, as it leaves more behind than other tests care to look through.
    static final Running running = Running.start();

    final String reseller = new Api(running.api()).reseller(null);
    final int port =
            Integer.parseInt(running.application.getEnvironment().getProperty("local.server.port"));
    final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void aThousandPostsEachSentFiveTimesInParallelMakeAThousandResources() throws Exception {
        try (var resources = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Callable<Set<String>>> all =
                    IntStream.range(0, RESOURCES).mapToObj(this::copies).toList();
            for (var answers : resources.invokeAll(all)) {
                assertThat(answers.get()).hasSize(1);
            }
        }
        assertThat(clients()).isEqualTo(RESOURCES);
    }

    @Test
    void whoHangsUpAndAsksAgainGetsOneResource() throws Exception {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 100; i++) {
            hangUp(i, random.nextInt(15));
            assertThat(untilAnswered(i)).contains("Client " + i);
        }
        assertThat(clients()).isEqualTo(100);
    }

    private Callable<Set<String>> copies(int number) {
        return () -> {
            try (var copies = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<String>> same =
                        IntStream.range(0, COPIES)
                                .<Callable<String>>mapToObj(_ -> () -> untilAnswered(number))
                                .toList();
                return copies.invokeAll(same).stream()
                        .map(answer -> answer.resultNow())
                        .collect(Collectors.toSet());
            }
        };
    }

    /// Location and body; asked as often as it is busy or its turn does not come.
    private String untilAnswered(int number) throws IOException, InterruptedException {
        var answer = http.send(request(number), BodyHandlers.ofString());
        while (answer.body().contains(IN_USE) || answer.statusCode() == AWAY) {
            LockSupport.parkNanos(PAUSE_NANOS);
            answer = http.send(request(number), BodyHandlers.ofString());
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().firstValue("Location").orElseThrow() + answer.body();
    }

    private HttpRequest request(int number) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path()))
                .header("Authorization", "Bearer " + Running.TOKEN)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key(number))
                .POST(HttpRequest.BodyPublishers.ofString(body(number)))
                .build();
    }

    /// Sends it all and is gone after some milliseconds, whatever happened until then.
    private void hangUp(int number, int milliseconds) throws IOException {
        byte[] body = body(number).getBytes(StandardCharsets.UTF_8);
        String head =
                "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nIdempotency-Key: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(path(), Running.TOKEN, key(number), body.length);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            socket.setSoTimeout(milliseconds + 1);
            socket.setSoLinger(true, 0);
            int first = socket.getInputStream().read();
            assertThat(first).isNotEqualTo(-1);
        } catch (java.net.SocketTimeoutException asPlanned) {
            assertThat(milliseconds).isLessThan(15);
        }
    }

    private String path() {
        return "/api/v1/resellers/" + reseller + "/clients";
    }

    private static String key(int number) {
        return "\"lost-" + number + "\"";
    }

    private static String body(int number) {
        return "{\"name\":\"Client %d\",\"contact_email\":\"a@example.com\",\"monthly_quota\":1}"
                .formatted(number);
    }

    private int clients() {
        return running.rows(
                        "SELECT id FROM weir.client WHERE reseller_id = '%s'"
                                .formatted(reseller.substring(4)))
                .size();
    }
}
