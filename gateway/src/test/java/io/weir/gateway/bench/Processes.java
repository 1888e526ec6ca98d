package io.weir.gateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What this process runs beside itself, each with a log of its own. They end with it.
final class Processes implements AutoCloseable {

    static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final List<Process> running = new ArrayList<>();

    Processes(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /// Hands back once it listens. What the launcher told this process is not its business.
    ProcessHandle start(
            String name, int port, Map<String, String> environment, List<String> command) {
        Path log = folder.resolve(name + ".log");
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("WEIR_"));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            running.add(process);
            await(name, port, process, log);
            return process.toHandle();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void await(String name, int port, Process process, Path log) {
        long begin = System.nanoTime();
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException(name + " did not start: " + log);
            }
            Thread.onSpinWait();
        }
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        running.forEach(Process::destroyForcibly);
    }
}
