package io.weir.gateway.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One of Weir's applications as a process of its own, its output appended to a file.
final class Program {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final int TAIL = 60;

    static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final List<String> JVM =
            List.of(
                    JAVA,
                    "-Xmx512m",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private static final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Application application;
    private final Map<String, String> environment;
    private final int managementPort;
    private final Path log;
    private @Nullable Process process;

    Program(
            Application application,
            Map<String, String> environment,
            int managementPort,
            Path log) {
        this.application = application;
        this.environment = environment;
        this.managementPort = managementPort;
        this.log = log;
    }

    /// Begins to run it, and hands back at once, so that several can start side by side.
    void launch() {
        List<String> command = new ArrayList<>(JVM);
        command.addAll(List.of("-jar", application.jar().toString()));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(Program::isOurs);
        builder.environment().putAll(environment);
        try {
            Process started = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            process = started;
        } catch (IOException failed) {
            throw new UncheckedIOException("Could not run " + application, failed);
        }
    }

    void awaitReady() {
        try {
            Eventually.within(START, this::ready, Boolean::booleanValue);
        } catch (AssertionError never) {
            throw new AssertionError(log + " ends with\n" + tail(), never);
        }
    }

    /// Asks it to end, and does not wait for that.
    void interrupt() {
        handle().destroy();
    }

    /// Asks it to end, as an orchestrator does, and waits until it has.
    Duration terminate() {
        return end(false);
    }

    /// Ends it as the machine would, without a chance to tidy up.
    Duration kill() {
        return end(true);
    }

    /// Holds it, in the middle of whatever it does.
    void freeze() {
        Signal.STOP.send(handle());
    }

    void thaw() {
        Signal.CONT.send(handle());
    }

    void restart() {
        launch();
        awaitReady();
    }

    String management(String path) {
        try {
            return get(path).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Bytes of objects in use, once what is not was collected.
    long liveHeap() {
        return LiveHeap.of(handle());
    }

    /// What it has taken of the processors so far.
    Duration cpu() {
        return handle().info().totalCpuDuration().orElseThrow();
    }

    private ProcessHandle handle() {
        return Objects.requireNonNull(process, "It does not run").toHandle();
    }

    private Duration end(boolean forcibly) {
        Process running = process;
        if (running == null) {
            return Duration.ZERO;
        }
        long begin = System.nanoTime();
        if (forcibly) {
            running.destroyForcibly();
        } else {
            running.destroy();
            // One that is frozen would not hear of it.
            Signal.CONT.send(running.toHandle());
        }
        try {
            if (!running.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
                throw new AssertionError(log + " did not stop within " + STOP + "\n" + tail());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
        process = null;
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /// Whether it says that requests may be sent to it.
    boolean isReady() {
        try {
            return get("/actuator/health/readiness").statusCode() == 200;
        } catch (IOException away) {
            return false;
        }
    }

    private boolean ready() {
        Process started = process;
        if (started == null || !started.isAlive()) {
            throw new AssertionError("It ended while it started");
        }
        return isReady();
    }

    private HttpResponse<String> get(String path) throws IOException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private static boolean isOurs(String variable) {
        return variable.startsWith("WEIR_") || variable.startsWith("SPRING_");
    }
}
