package io.weir.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {

    @TempDir Path folder;

    @Test
    void nobodyGetsInWithoutThePassword() {
        try (var redis = EmbeddedRedis.start(folder, 0, "secret");
                var client =
                        RedisClient.create(RedisURI.create("127.0.0.1", redis.uri().getPort()))) {
            assertThatThrownBy(() -> client.connect().sync().ping())
                    .satisfiesAnyOf(
                            thrown -> assertThat(thrown).hasMessageContaining("NOAUTH"),
                            thrown ->
                                    assertThat(thrown)
                                            .isInstanceOf(RedisConnectionException.class));
        }
    }

    @Test
    void thePasswordIsInAFileOfItsOwner() throws IOException {
        try (var redis = EmbeddedRedis.start(folder, 0, "secret")) {
            var permissions = Files.getPosixFilePermissions(folder.resolve("redis.conf"));
            assertThat(PosixFilePermissions.toString(permissions)).isEqualTo("rw-------");
            String line =
                    ProcessHandle.of(redis.pid()).orElseThrow().info().commandLine().orElse("");
            assertThat(line).doesNotContain("secret");
        }
    }

    @Test
    void itEndsWhenItIsClosed() {
        var redis = EmbeddedRedis.start(folder, 0, "secret");
        ProcessHandle process = ProcessHandle.of(redis.pid()).orElseThrow();
        redis.close();

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void whatAKilledLauncherLeftBehindIsStopped() throws Exception {
        var launcher =
                new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedRedis.class.getName(),
                        folder.toString(),
                        "0");
        launcher.environment().put("WEIR_REDIS_PASSWORD", "secret");
        Process process = launcher.redirectErrorStream(true).start();
        Path pidFile = folder.resolve("redis.pid");
        Node.await(() -> Files.exists(pidFile) && pid(pidFile) > 0);
        ProcessHandle orphan = ProcessHandle.of(pid(pidFile)).orElseThrow();
        process.destroyForcibly().waitFor();

        assertThat(orphan.isAlive()).isTrue();
        try (var redis = EmbeddedRedis.start(folder, 0, "secret")) {
            orphan.onExit().get(5, TimeUnit.SECONDS);
            assertThat(redis.pid()).isNotEqualTo(orphan.pid());
        }
    }

    private static long pid(Path file) {
        try {
            String text = Files.readString(file);
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
