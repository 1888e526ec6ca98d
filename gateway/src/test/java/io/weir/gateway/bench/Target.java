package io.weir.gateway.bench;

import io.weir.gateway.endtoend.LiveHeap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A proxy under measurement.
///
/// @param path what it forwards to the upstream
/// @param credential what its clients send as their bearer token
record Target(String name, int port, String path, String credential, ProcessHandle process) {

    static final String WEIR = "weir";
    static final String BARE = "spring-cloud-gateway";
    static final String REDIS = "spring-cloud-gateway-redis";
    static final String NETTY = "reactor-netty";
    static final String NGINX = "nginx";
    static final String HAPROXY = "haproxy";

    /// The same process, for another load.
    Target named(String otherName) {
        return new Target(otherName, port, path, credential, process);
    }

    String url() {
        return "http://127.0.0.1:" + port + path;
    }

    /// The time of all processors it has used so far.
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /// Gives it these processors and no others, such as `0-1`.
    void bind(String processors) {
        try {
            Process bound =
                    new ProcessBuilder("taskset", "-apc", processors, Long.toString(process.pid()))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (bound.waitFor() != 0) {
                throw new IllegalStateException(name + " could not be bound to " + processors);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /// Bytes of objects in use on a JVM's heap, once what is not was collected.
    long liveHeap() {
        return LiveHeap.of(process);
    }

    /// Its resident memory, in MiB; 0 where the system does not tell.
    long memory() {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    >> 10;
        } catch (IOException gone) {
            throw new IllegalStateException(name + " has stopped", gone);
        }
    }
}
