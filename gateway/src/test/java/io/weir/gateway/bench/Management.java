package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.endtoend.Scrape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// What a gateway tells at its management port.
record Management(int port) {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(100);

    void awaitReady() {
        await(this::isReady, "does not get ready");
    }

    /// Until the store has counted all that was used.
    void awaitReported() {
        await(() -> scrape().pending() == 0, "does not report its usage");
    }

    private void await(BooleanSupplier condition, String otherwise) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException("The gateway at " + port + " " + otherwise);
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
        return scrape().direct();
    }

    private Scrape scrape() {
        try (var metrics = open("/actuator/prometheus").getInputStream()) {
            return new Scrape(new String(metrics.readAllBytes(), UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private HttpURLConnection open(String path) throws IOException {
        return (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    }
}
