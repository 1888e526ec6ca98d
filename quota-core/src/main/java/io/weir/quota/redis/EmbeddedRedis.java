package io.weir.quota.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;

/// A real Redis server from a Maven artifact, for one machine and for tests: behind a password,
/// reached over loopback only, and with nothing on disk, because all it holds may be lost.
///
/// The artifact brings 6.2: 6.2.11 for Linux on amd64, which needs OpenSSL 3 on the machine, a
/// static 6.2.7 for Linux on arm64, and 6.2.6 for macOS on either. It runs as root as well. Where
/// it does not start, `redis-server` or `valkey-server` of the machine does.
public final class EmbeddedRedis implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final Duration STARTUP = Duration.ofSeconds(20);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final long ASK_AGAIN_MILLIS = 20;

    private final Process server;
    private final Thread hook;
    private final int port;
    private final String password;

    private EmbeddedRedis(Process server, int port, String password) {
        this.server = server;
        this.port = port;
        this.password = password;
        this.hook = new Thread(() -> stop(server.toHandle()), "embedded-redis-stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// @param folder of the server's own files
    /// @param port the TCP port on loopback, 0 for any free one
    public static EmbeddedRedis start(Path folder, int port, String password) {
        try {
            Files.createDirectories(folder);
            stopOrphan(folder);
            int listened = port == 0 ? freePort() : port;
            Path settings = settings(folder.toAbsolutePath(), listened, password);
            IOException failure = new IOException("There is no Redis for this machine");
            for (String program : programs(folder)) {
                try {
                    return started(folder, program, settings, listened, password);
                } catch (IOException unfit) {
                    unfit.addSuppressed(failure);
                    failure = unfit;
                }
            }
            throw failure;
        } catch (IOException failed) {
            throw new UncheckedIOException("The embedded Redis did not start", failed);
        }
    }

    public URI uri() {
        String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
        return URI.create("redis://:" + encoded + "@127.0.0.1:" + port);
    }

    /// Of the server's process.
    public long pid() {
        return server.pid();
    }

    @Override
    public void close() {
        stop(server.toHandle());
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private static EmbeddedRedis started(
            Path folder, String program, Path settings, int port, String password)
            throws IOException {
        Process server =
                new ProcessBuilder(program, settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("redis.log").toFile())
                        .start();
        Files.writeString(pidFile(folder), Long.toString(server.pid()));
        try {
            awaitReady(server, port);
        } catch (IOException failed) {
            stop(server.toHandle());
            throw new IOException(
                    program + ": " + Files.readString(folder.resolve("redis.log")), failed);
        }
        return new EmbeddedRedis(server, port, password);
    }

    /// The password is in a file that only its owner reads, never on a command line.
    private static Path settings(Path folder, int port, String password) throws IOException {
        if (password.isEmpty() || !password.chars().allMatch(c -> c > ' ' && c < 127 && c != '"')) {
            throw new IllegalArgumentException("The password must be of visible ASCII, without \"");
        }
        Path file = folder.resolve("redis.conf");
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(
                file,
                """
                bind 127.0.0.1
                port %d
                requirepass "%s"
                dir "%s"
                save ""
                appendonly no
                maxmemory-policy noeviction
                """
                        .formatted(port, password.replace("\\", "\\\\"), folder));
    }

    private static List<String> programs(Path folder) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        String own = "";
        try {
            own = ExecutableProvider.newJarResourceProvider(bin.toFile()).get().getPath();
        } catch (IOException | RuntimeException none) {
            log.info("No Redis in the artifact for this machine", none);
        }
        return own.isEmpty()
                ? List.of("redis-server", "valkey-server")
                : List.of(own, "redis-server", "valkey-server");
    }

    private static void awaitReady(Process server, int port) throws IOException {
        long start = System.nanoTime();
        while (!accepts(port)) {
            if (!server.isAlive() || System.nanoTime() - start > STARTUP.toNanos()) {
                throw new IOException("The server does not listen on port " + port);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while starting", interrupted);
            }
        }
        if (!server.isAlive()) {
            throw new IOException("Somebody else listens on port " + port);
        }
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// A launcher that was killed leaves its server behind, and with it a port that can't be used.
    private static void stopOrphan(Path folder) throws IOException {
        Path file = pidFile(folder);
        if (!Files.exists(file)) {
            return;
        }
        String pid = Files.readString(file).trim();
        if (!pid.isEmpty() && pid.chars().allMatch(Character::isDigit)) {
            ProcessHandle.of(Long.parseLong(pid))
                    .filter(EmbeddedRedis::isServer)
                    .ifPresent(EmbeddedRedis::stopLeftBehind);
        }
        Files.delete(file);
    }

    private static boolean isServer(ProcessHandle process) {
        String command = process.info().command().orElse("");
        return command.contains("redis-server") || command.contains("valkey-server");
    }

    private static void stopLeftBehind(ProcessHandle orphan) {
        log.info("Stopping the Redis server {} that an earlier run left behind", orphan.pid());
        stop(orphan);
    }

    private static void stop(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException stuck) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Path pidFile(Path folder) {
        return folder.resolve("redis.pid");
    }

    /// Runs a server until the process is told to stop, or the server dies: `FOLDER PORT`, the
    /// password in `WEIR_REDIS_PASSWORD`.
    public static void main(String[] arguments) {
        String password = System.getenv("WEIR_REDIS_PASSWORD");
        if (arguments.length != 2 || password == null) {
            System.err.println("usage: WEIR_REDIS_PASSWORD=... FOLDER PORT");
            System.exit(2);
        }
        var redis = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]), password);
        log.info("Redis is ready at redis://127.0.0.1:{}", redis.port);
        redis.server.onExit().join();
        log.error("The Redis server ended");
        System.exit(1);
    }
}
