package io.weir.gateway.endtoend;

import io.lettuce.core.RedisClient;
import io.weir.quota.redis.EmbeddedRedis;
import java.net.URI;
import java.nio.file.Path;

/// The Redis of a cluster, and what may happen to it. It keeps its port and nothing else.
final class SharedRedis {

    static final String PASSWORD = "end-to-end-redis";

    private final Path folder;
    private EmbeddedRedis server;

    SharedRedis(Path folder) {
        this.folder = folder;
        this.server = EmbeddedRedis.start(folder, 0, PASSWORD);
    }

    URI uri() {
        return server.uri();
    }

    void kill() {
        Signal.KILL.send(process());
        server.close();
    }

    void freeze() {
        Signal.STOP.send(process());
    }

    void thaw() {
        Signal.CONT.send(process());
    }

    void flush() {
        try (var client = RedisClient.create(uri().toString());
                var connection = client.connect()) {
            connection.sync().flushall();
        }
    }

    void start() {
        start(PASSWORD);
    }

    /// Restarts it with a password that nobody was told.
    void lock() {
        kill();
        start("another-password");
    }

    void unlock() {
        kill();
        start();
    }

    void close() {
        server.close();
    }

    private void start(String password) {
        server = EmbeddedRedis.start(folder, uri().getPort(), password);
    }

    private ProcessHandle process() {
        return ProcessHandle.of(server.pid()).orElseThrow();
    }
}
