package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.header;
import static io.weir.gateway.Wire.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Connections are each route's own, and those that wait for one are counted.
class UpstreamPoolsTest extends UpstreamGateway {

    @Test
    void aRouteWhoseUpstreamHangsTakesNothingFromAnotherOfTheSameUpstream() throws IOException {
        List<Socket> stuck = new ArrayList<>();
        List<Socket> waiting = new ArrayList<>();
        try {
            stuck.add(asking("/narrow/a?does=hang"));
            stuck.add(asking("/narrow/a?does=hang"));
            eventually(() -> first.asked() == 2);
            waiting.add(asking("/narrow/a"));
            waiting.add(asking("/narrow/a"));
            eventually(() -> admission.openReservations() == 4);
            int others = 200;
            long longest = 0;
            for (int i = 0; i < others; i++) {
                long asked = System.nanoTime();
                assertThat(get("/wide/a").statusCode()).isEqualTo(200);
                longest = Math.max(longest, System.nanoTime() - asked);
            }

            assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(2));
            refusedAtOnce();
            assertThat(first.asked()).isEqualTo(2 + others);
        } finally {
            leave(waiting);
            eventually(() -> admission.openReservations() == 2);
            leave(stuck);
        }
        eventually(() -> world.requests(customer, "canceled") == 2);
        eventually(() -> world.used(customer) == 202);
        assertThat(get("/narrow/a").statusCode()).isEqualTo(200);
    }

    private static void leave(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void refusedAtOnce() {
        var refused = get("/narrow/a");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(json(refused).at("/type").stringValue())
                .isEqualTo("urn:weir:problem:upstream-unavailable");
        assertThat(header(refused, "Retry-After")).isEqualTo("1");
    }

    @Test
    void whoWaitsTooLongForAConnectionIsRefusedAndPaysNothing() throws IOException {
        try (var _ = asking("/impatient/a?does=hang")) {
            eventually(() -> first.asked() == 1);

            assertThat(get("/impatient/a").statusCode()).isEqualTo(503);
        }

        usedInTheEnd(1, "canceled");
    }
}
