package io.weir.gateway.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// What was built, laid out as the launcher does it: a jar beside its libraries starts sooner than
/// one that holds them.
enum Application {
    ADMIN_API(Path.of("..", "admin-api", "target", "weir-admin-api.jar")),
    GATEWAY(Path.of("target", "weir-gateway.jar"));

    private static final long PATIENCE_SECONDS = 60;

    private final Path jar;

    Application(Path built) {
        Path folder = Path.of("target", "endtoend", "applications", name()).toAbsolutePath();
        jar = folder.resolve(built.getFileName());
        extract(built, folder);
    }

    /// What `java -jar` runs.
    Path jar() {
        return jar;
    }

    private static void extract(Path built, Path to) {
        try {
            Process extracting =
                    new ProcessBuilder(
                                    Program.JAVA,
                                    "-Djarmode=tools",
                                    "-jar",
                                    built.toString(),
                                    "extract",
                                    "--force",
                                    "--destination",
                                    to.toString())
                            .inheritIO()
                            .start();
            if (!extracting.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    || extracting.exitValue() != 0) {
                throw new IllegalStateException("Could not extract " + built);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
