package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// Callers that take their time, or too many connections.
@ExtendWith(OutputCaptureExtension.class)
class HostileConnectionsTest extends HostileGateway {

    private static final int SLOW = whole ? 1_000 : 120;
    private static final Duration ATTACK = whole ? Duration.ofSeconds(60) : Duration.ofSeconds(2);

    private final Customer customer = customer();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "GET /open/x HTTP/1.1\r\nHost: h\r\n",
                "\r\n",
                "GET /open/x HTTP/1.1\r"
            })
    void aHeadThatStopsIsClosed(String begun) {
        double before = closed("slow_head");
        try (Raw raw = connect()) {
            assertThat(raw.ask(begun)).startsWith("HTTP/1.1 408 ");
        }
        assertThat(closed("slow_head")).isEqualTo(before + 1);
    }

    @Test
    void aHeadThatTricklesIsClosed() {
        try (Raw raw = connect()) {
            boolean open = raw.send("GET /open/x HTTP/1.1\r\n");
            for (int i = 0; i < 40 && open; i++) {
                open = raw.send("X: y\r\n") && raw.isQuietFor(Duration.ofMillis(50));
            }
            assertThat(open).isFalse();
        }
    }

    /// The answer takes two times and a half as long as a head may: from its end on, the caller has
    /// all of that time, though more than half of it is over when it is looked at.
    @Test
    void aHeadBehindAnAnswerThatTakesLongIsWaitedFor() {
        try (Raw raw = connect()) {
            raw.send(get("/open/late", "") + "GET /open/second HTTP/1.1\r\n");
            assertThat(raw.until("GET /open/late\n")).startsWith("HTTP/1.1 200 ");
            raw.untilQuietFor(Duration.ofMillis(400));
            raw.send("Host: h\r\nConnection: close\r\nx-api-key: %s\r\n\r\n".formatted(secret()));
            assertThat(raw.rest()).contains("GET /open/second\n");
        }
    }

    @Test
    void aConnectionOnWhichNothingIsAskedIsClosed() {
        try (Raw never = connect();
                Raw once = connect()) {
            once.send(get("/open/x", ""));
            once.until("x-request-id");
            assertThat(never.rest()).isEmpty();
            once.rest();
        }
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 9000, hel", "Transfer-Encoding: chunked, 5"})
    void aBodyThatStopsIsClosed(String framing, String body, CapturedOutput log) {
        double before = closed("slow_body");
        int begun = arrived();
        try (Raw raw = connect()) {
            assertThat(raw.ask(post(framing) + body)).doesNotContain(" 200 ");
        }
        eventually(() -> closed("slow_body") == before + 1);
        othersAreServed(customer);
        everythingIsAccountedFor(begun, customer);
        assertThat(log).as("what anybody could fill it with").doesNotContain("ERROR");
    }

    @Test
    void aBodyThatArrivesIsWaitedFor() {
        try (Raw raw = connect()) {
            raw.send(post("Connection: close\r\nContent-Length: 16000"));
            for (int i = 0; i < 16; i++) {
                raw.send("x".repeat(1_000));
                assertThat(raw.isQuietFor(Duration.ofMillis(90)) || i == 15).isTrue();
            }
            assertThat(raw.rest()).contains("TP/1.1 200 ");
        }
    }

    @Test
    void anAnswerThatIsNotReadIsClosed() {
        double before = closed("slow_reader");
        int begun = arrived();
        try (Raw raw = Raw.connect("127.0.0.1", port, 4_096)) {
            raw.send(get("/open/large", ""));
            eventually(() -> closed("slow_reader") == before + 1);
        }
        everythingIsAccountedFor(begun, customer);
    }

    @Test
    void anAnswerThatIsReadSlowlyIsNot() {
        try (Raw raw = Raw.connect("127.0.0.1", port, 16_384)) {
            raw.send(get("/open/large", ""));
            for (int i = 0; i < 12; i++) {
                for (int b = 0; b < 60_000; b++) {
                    assertThat(raw.read()).isNotNegative();
                }
                LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
            }
        }
    }

    @Test
    void aConnectionServesSoManyRequests() {
        try (Raw raw = connect()) {
            int served = 0;
            String answer = "";
            while (!answer.contains("connection: close") && served < 100) {
                raw.send(get("/open/x", ""));
                answer = raw.until("GET /open/x\n");
                served++;
            }
            assertThat(served).isEqualTo(40);
        }
    }

    @Test
    void moreThanAnAddressMayHaveAreClosedAndOthersAreNot() {
        List<Raw> connections = open("127.0.0.3", CONNECTIONS);
        try (Raw one = Raw.connect("127.0.0.3", port)) {
            assertThat(one.rest()).isEmpty();
            othersAreServed(customer);
            connections.addAll(open(PROXY, 20));
            assertThat(connections.getLast().isQuietFor(Duration.ofMillis(1))).isTrue();
        } finally {
            connections.forEach(Raw::close);
        }
        eventually(() -> isServed("127.0.0.3"));
    }

    @Test
    void moreThanAllMayHaveAreClosed() {
        List<Raw> connections = open("127.0.0.4", CONNECTIONS);
        connections.addAll(open("127.0.0.5", CONNECTIONS));
        try (Raw one = Raw.connect("127.0.0.6", port)) {
            assertThat(one.rest()).isEmpty();
        } finally {
            connections.forEach(Raw::close);
        }
        eventually(() -> isServed("127.0.0.6"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "body", "reader"})
    void manyThatAreSlowAreClosedAndOthersAreServed(String part) {
        double before = closed("slow_" + part);
        Customer other = customer();
        othersAreServed(other);
        int begun = arrived();
        String request =
                switch (part) {
                    case "head" -> "GET /open/x HTTP/1.1\r\n";
                    case "body" -> post("Content-Length: 9000") + "hello";
                    default -> get("/open/large", "");
                };
        List<Raw> attackers = new ArrayList<>();
        int sent = 0;
        long end = System.nanoTime() + ATTACK.toNanos();
        try {
            do {
                while (attackers.size() < SLOW
                        && (whole || !part.equals("reader") || sent < SLOW)) {
                    sent++;
                    Raw raw = Raw.connect("127.0.0.7", port, 4_096);
                    attackers.add(raw);
                    raw.send(request);
                }
                othersAreServed(other);
                attackers.removeIf(raw -> isClosed(raw, part));
            } while (System.nanoTime() < end);
            // of readers, those count that were sent something they could leave unread
            int least = part.equals("reader") ? SLOW / 2 : SLOW;
            eventually(() -> closed("slow_" + part) >= before + least);
            eventually(() -> meters.get("weir.connections").gauge().value() == 0);
        } finally {
            attackers.forEach(Raw::close);
        }
        othersAreServed(other);
        nothingArrivedUncounted(begun - 1, customer, other);
    }

    /// Each sends a little more, or reads no more than a little.
    private static boolean isClosed(Raw raw, String part) {
        boolean closed = part.equals("reader") ? raw.read() < 0 : !raw.send("X");
        if (closed) {
            raw.close();
        }
        return closed;
    }

    private List<Raw> open(String from, int count) {
        List<Raw> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Raw.connect(from, port));
        }
        return all;
    }

    private boolean isServed(String from) {
        try (Raw raw = Raw.connect(from, port)) {
            return raw.ask(get("/open/x", "Connection: close\r\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    private String get(String target, String fields) {
        return "GET %s HTTP/1.1\r\nHost: h\r\n%sx-api-key: %s\r\n\r\n"
                .formatted(target, fields, secret());
    }

    private String post(String fields) {
        return "POST /open/x HTTP/1.1\r\nHost: h\r\nx-api-key: %s\r\n%s\r\n\r\n"
                .formatted(secret(), fields);
    }

    private String secret() {
        return customer.secret();
    }
}
