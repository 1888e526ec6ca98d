package io.weir.gateway.endtoend;

import io.weir.quota.postgres.DatabaseUrl;
import io.weir.quota.postgres.EmbeddedPostgreSql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

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
        thaw();
        server.close();
    }

    void kill() {
        send(Signal.KILL);
        server.close();
    }

    void freeze() {
        send(Signal.STOP);
    }

    void thaw() {
        send(Signal.CONT);
    }

    void restart() {
        server = EmbeddedPostgreSql.start(folder, url().port(), PASSWORD);
    }

    /// From now on it remembers when each transaction was committed; it restarts for that.
    void timeCommits() {
        run("ALTER SYSTEM SET track_commit_timestamp = on");
        stop();
        restart();
    }

    /// As its owner.
    void run(String statement) {
        DatabaseUrl url = url();
        try (var connection = DriverManager.getConnection(url.jdbc(), url.user(), url.password());
                var run = connection.createStatement()) {
            run.execute(statement);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// To the server and its backends, if it runs.
    private void send(Signal signal) {
        Path file = folder.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        try {
            String pid = Files.readAllLines(file).getFirst().strip();
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(signal::send);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
