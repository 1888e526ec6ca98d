package io.weir.quota.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// The connections to one Redis server: one for commands, one for what it announces. They are made
/// when first needed and made again when lost; commands fail at once in between.
final class Link {

    private static final int THREADS = 2;
    private static final int MOST_UNANSWERED = 10_000;
    private static final Duration RECONNECT = Duration.ofMillis(250);

    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI uri;
    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> commands;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> announcements;

    Link(URI address, Duration commandTimeout) {
        this.uri = RedisURI.create(address);
        uri.setTimeout(commandTimeout);
        uri.setClientName("weir");
        this.resources =
                ClientResources.builder()
                        .ioThreadPoolSize(THREADS)
                        .computationThreadPoolSize(THREADS)
                        .reconnectDelay(Delay.constant(RECONNECT))
                        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                        .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(commandTimeout));
    }

    private static ClientOptions options(Duration commandTimeout) {
        return ClientOptions.builder()
                .autoReconnect(true)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_UNANSWERED)
                .timeoutOptions(TimeoutOptions.enabled(commandTimeout))
                .socketOptions(
                        SocketOptions.builder()
                                .connectTimeout(commandTimeout)
                                .keepAlive(true)
                                .tcpNoDelay(true)
                                .build())
                .build();
    }

    /// Completes when there are connections, or an attempt to make them failed.
    Mono<Void> connect(String channel, Consumer<String> announced) {
        return commandConnection().then(announcementConnection(channel, announced));
    }

    private Mono<Void> commandConnection() {
        if (commands != null) {
            return Mono.empty();
        }
        return Mono.fromCompletionStage(() -> client.connectAsync(ByteArrayCodec.INSTANCE, uri))
                .doOnNext(made -> commands = made)
                .then();
    }

    private Mono<Void> announcementConnection(String channel, Consumer<String> announced) {
        return Mono.defer(
                () -> {
                    if (announcements != null) {
                        return Mono.empty();
                    }
                    return Mono.fromCompletionStage(
                                    () -> client.connectPubSubAsync(StringCodec.UTF8, uri))
                            .flatMap(made -> listen(made, channel, announced));
                });
    }

    /// The subscription is renewed by Lettuce whenever the connection is.
    private Mono<Void> listen(
            StatefulRedisPubSubConnection<String, String> made,
            String channel,
            Consumer<String> announced) {
        announcements = made;
        made.addListener(
                new RedisPubSubAdapter<String, String>() {
                    @Override
                    public void message(String from, String message) {
                        announced.accept(message);
                    }
                });
        return Mono.fromCompletionStage(() -> made.async().subscribe(channel));
    }

    RedisAsyncCommands<byte[], byte[]> commands() {
        StatefulRedisConnection<byte[], byte[]> made = commands;
        if (made == null) {
            throw new RedisConnectionException("Not connected yet");
        }
        return made.async();
    }

    Mono<Void> close() {
        return Mono.fromCompletionStage(client::shutdownAsync)
                .then(Mono.create(closed -> shutDown(closed::success)));
    }

    private void shutDown(Runnable done) {
        var _ = resources.shutdown(0, 1, TimeUnit.SECONDS).addListener(_ -> done.run());
    }
}
