package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.quota.postgres.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that is stopped refuses at once; one that hangs keeps its connections open and says
/// nothing on them.
class DatabaseHangsTest {

    private static final Duration PROMPT = Duration.ofSeconds(2);
    private static final Duration RECOVERY = Duration.ofSeconds(20);

    @TempDir Path data;

    @Test
    void callsAreAnsweredPromptlyMeanwhileAndAgainAfterwards() throws Exception {
        try (var server = EmbeddedPostgreSql.start(data, 0, "owner");
                var started =
                        Running.recorded(
                                server, Map.of("weir.access.admin-token", Running.TOKEN))) {
            var running = started.running();
            assertThat(status(running)).isEqualTo(200);
            List<ProcessHandle> processes = processes();
            signal("STOP", processes);
            try {
                for (int i = 0; i < 5; i++) {
                    long before = System.nanoTime();
                    assertThat(status(running)).isEqualTo(503);
                    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PROMPT);
                }
            } finally {
                signal("CONT", processes);
            }
            assertThat(recovered(running)).isEqualTo(200);
        }
    }

    private static int recovered(Running running) {
        long end = System.nanoTime() + RECOVERY.toNanos();
        int status = status(running);
        while (status != 200 && System.nanoTime() < end) {
            status = status(running);
        }
        return status;
    }

    private static int status(Running running) {
        return new Api(running.api())
                .get("/resellers")
                .returnResult(Void.class)
                .getStatus()
                .value();
    }

    private List<ProcessHandle> processes() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
        var server = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(server), server.descendants()).toList();
    }

    private static void signal(String name, List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        }
    }
}
