package io.weir.gateway.endtoend;

import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.postgres.EmbeddedPostgreSql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The PostgreSQL of a cluster, and what may happen to it. It keeps its port and what it held.
final class Database {

    static final String PASSWORD = "end-to-end-owner";

    private final Path folder;
    private EmbeddedPostgreSql server;

    Database(Path folder) {
        this.folder = folder;
        this.server = EmbeddedPostgreSql.start(folder, 0, PASSWORD);
    }

    DatabaseUrl url() {
        return server.url();
    }

    /// As an operator would.
    void stop() {
        server.close();
    }

    void kill() {
        Signal.KILL.send(postmaster());
        server.close();
    }

    void freeze() {
        Signal.STOP.send(postmaster());
    }

    void thaw() {
        Signal.CONT.send(postmaster());
    }

    void restart() {
        server = EmbeddedPostgreSql.start(folder, url().port(), PASSWORD);
    }

    private ProcessHandle postmaster() {
        try {
            String pid = Files.readAllLines(folder.resolve("postmaster.pid")).getFirst().strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
