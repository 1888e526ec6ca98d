package io.weir.gateway.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Five concurrent requests means five at the upstream, and a slot comes back however its request
/// ended.
class ConcurrencyIT {

    private static final int SLOTS = 5;
    private static final Duration SOON = Duration.ofSeconds(2);

    static Cluster cluster;
    static Admin admin;
    static Load load;

    @BeforeAll
    static void start() {
        cluster = Cluster.shared();
        admin = cluster.admin();
        load = new Load(64);
    }

    @AfterAll
    static void stop() {
        load.close();
        cluster.assertNoKeyInLogs();
    }

    @Test
    void neverMoreThanFiveAreInFlightAtTheUpstream() {
        ApiKey key = key();
        var tally = load.send(500, call("/slow?delay=50", key));
        var slow = cluster.upstream().at("/slow");

        Figure.print(
                "concurrency 5, 64 parallel: %d in flight at most; callers %s"
                        .formatted(slow.mostInFlight(), tally));
        assertThat(slow.mostInFlight()).isBetween(2, SLOTS);
        assertThat(tally.count(200) + tally.count(429)).isEqualTo(500);
        assertThat(slow.count()).isEqualTo((int) tally.count(200));
        assertAllSlotsReturn(key);
    }

    @Test
    void aRefusalNamesTheLimit() {
        ApiKey key = key();
        var refused = load.send(64, call("/named?delay=50", key)).first(429).getFirst();

        assertThat(refused.json().get("type").asString())
                .isEqualTo("urn:weir:problem:concurrency-exceeded");
        assertThat(refused.json().get("violated-policies").size()).isEqualTo(1);
        assertThat(refused.json().get("limit").asLong()).isEqualTo(SLOTS);
        assertThat(refused.header("Retry-After")).contains("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status=500", "status=503&delay=20", "reset", "reset&delay=20", "cut"})
    void slotsReturnFromAnUpstreamThatFails(String how) {
        ApiKey key = key();
        String path = "/fails-" + how.replaceAll("\\W", "-");
        for (int i = 0; i < 4; i++) {
            load.send(SLOTS, call(path + "?" + how, key));
        }

        int arrived = cluster.upstream().at(path).count();
        var booked =
                Eventually.equal(SOON, (long) arrived, () -> cluster.tables().forwarded(key.id()));
        assertAllSlotsReturn(key);
        Figure.print(
                "slots after upstream %s: all back; %d forwarded, usage exact after %d ms"
                        .formatted(how, arrived, booked.toMillis()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void slotsReturnFromCallersThatHangUp(boolean abruptly) throws IOException {
        ApiKey key = key();
        String path = "/hang-up-" + abruptly;
        var arrivals = cluster.upstream().at(path);
        for (int i = 1; i <= 50; i++) {
            int arrived = i;
            try (Socket caller = ask(path + "?delay=10000", key)) {
                Eventually.equal(SOON, arrived, arrivals::count);
                caller.setSoLinger(abruptly, 0);
            }
            // The next one needs its slot no sooner than the gateway can notice.
            Eventually.equal(SOON, 0, arrivals::inFlight);
        }

        assertAllSlotsReturn(key);
        Eventually.equal(SOON, 50L, () -> admin.usage(key.id()).get("canceled"));
        Figure.print(
                "50 callers that hung up by %s: all slots back, upstream told, usage canceled 50"
                        .formatted(abruptly ? "RST" : "FIN"));
    }

    private static void assertAllSlotsReturn(ApiKey key) {
        Eventually.equal(
                SOON,
                Map.of("200", (long) SLOTS),
                () -> load.send(SLOTS, call("/after?delay=20", key)).outcomes());
    }

    private static Socket ask(String path, ApiKey key) throws IOException {
        URI url = URI.create(cluster.gateway(0).demo(path));
        var socket = new Socket(url.getHost(), url.getPort());
        socket.getOutputStream()
                .write(
                        """
                        GET %s?%s HTTP/1.1\r
                        Host: localhost\r
                        Authorization: Bearer %s\r
                        \r
                        """
                                .formatted(url.getPath(), url.getQuery(), key.secret())
                                .getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static ApiKey key() {
        String client = admin.client(admin.reseller(1_000_000), 100_000);
        return admin.key(
                client, Map.of("requests_per_minute", 1_000_000, "concurrent_requests", SLOTS));
    }

    private static Call call(String path, ApiKey key) {
        return Call.bearer(cluster.gateway(0).demo(path), key.secret());
    }
}
