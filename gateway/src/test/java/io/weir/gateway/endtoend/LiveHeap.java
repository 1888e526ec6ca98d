package io.weir.gateway.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// What a JVM beside this one holds.
public final class LiveHeap {

    private LiveHeap() {}

    /// Bytes of objects in use on its heap, once what is not was collected.
    public static long of(ProcessHandle jvm) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process asked =
                    new ProcessBuilder(jcmd, Long.toString(jvm.pid()), "GC.class_histogram")
                            .start();
            try (var lines = asked.inputReader()) {
                String total = lines.lines().reduce("", (_, line) -> line).strip();
                return Long.parseLong(total.split("\\s+")[2]);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
