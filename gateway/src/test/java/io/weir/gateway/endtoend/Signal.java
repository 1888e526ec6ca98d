package io.weir.gateway.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What the system does to a process, and to all that it has started, without asking it.
enum Signal {
    KILL,
    STOP,
    CONT;

    void send(ProcessHandle process) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name()));
        Stream.concat(Stream.of(process), process.descendants())
                .map(each -> Long.toString(each.pid()))
                .forEach(command::add);
        try {
            // One that has ended meanwhile is what kill complains of.
            new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
