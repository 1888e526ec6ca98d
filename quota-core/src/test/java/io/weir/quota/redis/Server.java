package io.weir.quota.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Function;

/// The Redis server of a test, and what an operator does to it.
final class Server implements AutoCloseable {

    static final String PASSWORD = "a \\ secret: of/tests@home".replace(" ", "-");

    final Path folder;
    EmbeddedRedis redis;

    Server() throws IOException {
        folder = Files.createTempDirectory("weir-redis");
        redis = EmbeddedRedis.start(folder, 0, PASSWORD);
    }

    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(redis.pid())).start().waitFor();
    }

    /// Starts a server again on the same port.
    void restart() {
        redis = EmbeddedRedis.start(folder, redis.uri().getPort(), PASSWORD);
    }

    <T> T ask(Function<RedisCommands<String, String>, T> question) {
        return ask(PASSWORD, question);
    }

    <T> T ask(String password, Function<RedisCommands<String, String>, T> question) {
        RedisURI uri =
                RedisURI.Builder.redis("127.0.0.1", redis.uri().getPort())
                        .withPassword(password.toCharArray())
                        .build();
        RedisClient client = RedisClient.create(uri);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return question.apply(connection.sync());
        } finally {
            client.shutdown();
        }
    }

    @Override
    public void close() {
        redis.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
