package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.Lifecycle;

/// A file as large as its reader is slow.
class ExportFlowTest {

    private static final int COUNT = 150_000;
    private static final int CALLERS = 5;
    private static final long PATIENCE = 90_000_000_000L;

    /// Between two looks for imports that wait.
    private static final long QUIET = 300_000_000L;

    final Running running = Running.shared();
    final Api api = new Api(running.api());
    final String reseller = api.reseller(null);
    final PoolMetrics pool =
            running.application.getBean(ConnectionPool.class).getMetrics().orElseThrow();

    /// What books spending looks for some ten times a second, on a connection of the same pool.
    final Lifecycle bookings = running.application.getBean("bookings", Lifecycle.class);

    @BeforeEach
    void makeClients() {
        bookings.stop();
        running.rows(
                """
                INSERT INTO weir.client (id, reseller_id, name, contact_email, monthly_quota)
                SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, '%s', 'Client ' || n, 'c@example.com', 1
                  FROM generate_series(1, %d) n
                """
                        .formatted(reseller.substring(4), COUNT));
    }

    @AfterEach
    void removeClients() {
        removeAll();
        bookings.start();
    }

    @Test
    void whoStopsReadingHoldsNoConnectionAndNothingIsReadAhead() throws Exception {
        try (Socket caller = asking();
                var file = reader(caller)) {
            awaitRow(file);
            awaitNothingLent();
            removeAll();

            assertThat(file.lines().filter(line -> line.startsWith("Client ")).count())
                    .isLessThan(COUNT - 1000);
        }
    }

    @Test
    void whoGoesAwayMidwayLeavesNoConnectionBehind() throws Exception {
        List<Socket> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Socket caller = asking();
            awaitRow(reader(caller));
            callers.add(caller);
        }
        for (Socket caller : callers) {
            caller.setSoLinger(true, 0);
            caller.close();
        }

        awaitNothingLent();
        api.get("/resellers/" + reseller).expectStatus().isOk();
        assertThat(pool.pendingAcquireSize()).isZero();
    }

    private Socket asking() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(8192);
        int port =
                Integer.parseInt(
                        running.application
                                .getEnvironment()
                                .getRequiredProperty("local.server.port"));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write(
                        """
                        GET /api/v1/resellers/%s/clients.csv HTTP/1.1\r
                        Host: localhost\r
                        Connection: close\r
                        Authorization: Bearer %s\r
                        \r
                        """
                                .formatted(reseller, Running.TOKEN)
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1024);
    }

    private static void awaitRow(BufferedReader file) throws IOException {
        String line = file.readLine();
        while (line != null && !line.startsWith("Client ")) {
            line = file.readLine();
        }
        assertThat(line).isNotNull();
    }

    /// Not between two pages either: a while long.
    private void awaitNothingLent() {
        long end = System.nanoTime() + PATIENCE;
        long since = System.nanoTime();
        while (System.nanoTime() - since < QUIET) {
            assertThat(System.nanoTime()).isLessThan(end);
            if (pool.acquiredSize() > 0) {
                since = System.nanoTime();
            }
            Thread.onSpinWait();
        }
    }

    private void removeAll() {
        running.rows(
                "DELETE FROM weir.client WHERE reseller_id = '%s'"
                        .formatted(reseller.substring(4)));
    }
}
