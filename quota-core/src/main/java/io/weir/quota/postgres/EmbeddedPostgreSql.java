package io.weir.quota.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A real PostgreSQL server from a Maven artifact, for one machine and for tests: durable, behind a
/// password, reached over loopback only. Its folder survives restarts.
public final class EmbeddedPostgreSql implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgreSql.class);
    private static final Duration STARTUP = Duration.ofSeconds(60);
    private static final Duration ORPHAN_STOP = Duration.ofSeconds(20);

    /// Nobody gets in without the password, not even from the same machine.
    private static final String PASSWORD_ONLY =
            """
            local all all scram-sha-256
            host  all all 127.0.0.1/32 scram-sha-256
            host  all all ::1/128      scram-sha-256
            """;

    private final EmbeddedPostgres server;
    private final String password;

    private EmbeddedPostgreSql(EmbeddedPostgres server, String password) {
        this.server = server;
        this.password = password;
    }

    /// @param port the TCP port on loopback, 0 for any free one
    public static EmbeddedPostgreSql start(Path data, int port, String password) {
        try {
            Files.createDirectories(data);
            stopOrphan(data);
            boolean first = !Files.exists(data.resolve("postgresql.conf"));
            if (first) {
                secure(data, port, password);
            }
            return new EmbeddedPostgreSql(builder(data, port, password).start(), password);
        } catch (IOException failed) {
            throw new UncheckedIOException("The embedded PostgreSQL did not start", failed);
        }
    }

    public DatabaseUrl url() {
        return new DatabaseUrl("127.0.0.1", server.getPort(), "postgres", "postgres", password, "");
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("The embedded PostgreSQL did not stop", failed);
        }
    }

    private static EmbeddedPostgres.Builder builder(Path data, int port, String password) {
        var builder =
                EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setCleanDataDirectory(false)
                        .setRegisterShutdownHook(true)
                        .setPGStartupWait(STARTUP)
                        .setLocaleConfig("locale", "C")
                        .setConnectConfig("password", password)
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("max_connections", "200");
        return port == 0 ? builder : builder.setPort(port);
    }

    /// The server of the library starts open to the machine. Before anything is stored, it gets its
    /// password and forgets that.
    private static void secure(Path data, int port, String password) throws IOException {
        try (var open = builder(data, port, password).start();
                var connection = open.getPostgresDatabase().getConnection();
                var quote = connection.prepareStatement("SELECT quote_literal(?)")) {
            quote.setString(1, password);
            try (var quoted = quote.executeQuery();
                    var alter = connection.createStatement()) {
                quoted.next();
                alter.execute("ALTER ROLE postgres PASSWORD " + quoted.getString(1));
            }
            Files.writeString(data.resolve("pg_hba.conf"), PASSWORD_ONLY);
        } catch (SQLException failed) {
            throw new IOException("Could not set the password", failed);
        }
    }

    /// A launcher that was killed leaves its server behind, and with it a folder that can't be
    /// used.
    private static void stopOrphan(Path data) throws IOException {
        if (!Files.exists(data.resolve("postmaster.pid"))) {
            return;
        }
        long pid = pid(data);
        var orphan =
                ProcessHandle.of(pid)
                        .filter(p -> p.info().command().orElse("").endsWith("postgres"));
        if (orphan.isEmpty()) {
            return;
        }
        log.info("Stopping the PostgreSQL server {} that an earlier run left behind", pid);
        new ProcessBuilder("kill", "-INT", Long.toString(pid)).inheritIO().start();
        try {
            orphan.get().onExit().get(ORPHAN_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while stopping an old server", interrupted);
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException stuck) {
            throw new IOException("An old server on this folder does not stop: " + pid, stuck);
        }
    }

    /// Runs a server until the process is told to stop, or the server dies: `FOLDER PORT`, the
    /// password in `WEIR_POSTGRES_PASSWORD`.
    public static void main(String[] arguments) throws IOException {
        String password = System.getenv("WEIR_POSTGRES_PASSWORD");
        if (arguments.length != 2 || password == null) {
            System.err.println("usage: WEIR_POSTGRES_PASSWORD=... FOLDER PORT");
            System.exit(2);
        }
        Path data = Path.of(arguments[0]);
        var server = start(data, Integer.parseInt(arguments[1]), password);
        log.info("PostgreSQL is ready at {}", server.url());
        ProcessHandle.of(pid(data)).ifPresent(process -> process.onExit().join());
        log.error("The PostgreSQL server ended");
        System.exit(1);
    }

    private static long pid(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        return Long.parseLong(Files.readAllLines(file).getFirst().trim());
    }
}
