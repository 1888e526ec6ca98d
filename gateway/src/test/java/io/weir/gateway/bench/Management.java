package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.endtoend.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// What a gateway tells at its management port.
record Management(int port) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);

    void awaitReady() {
        long begin = System.nanoTime();
        while (!isReady()) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException("The gateway at " + port + " does not get ready");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private boolean isReady() {
        try {
            return open("/actuator/health/readiness").getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// Bytes of Netty's buffers beside the heap.
    long direct() {
        try (var metrics = open("/actuator/prometheus").getInputStream()) {
            return new Scrape(new String(metrics.readAllBytes(), UTF_8)).direct();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private HttpURLConnection open(String path) throws IOException {
        return (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    }
}
