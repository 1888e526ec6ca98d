package io.weir.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/// Which connections a request may use, by the event loop on which it came.
class RouteConnectionsTest {

    private static final int LOOPS = LoopResources.DEFAULT_IO_WORKER_COUNT;

    final EventLoop first = new DefaultEventLoop();
    final EventLoop second = new DefaultEventLoop();
    final List<Pool> made = new ArrayList<>();
    final Pool shared = new Pool();

    @AfterEach
    void stop() {
        var _ = first.shutdownGracefully();
        var _ = second.shutdownGracefully();
    }

    @Test
    void whereManyMayBeOpenEachLoopHasItsOwn() {
        RouteConnections connections = connections(10_000, 1_000);

        HttpClient ofFirst = connections.client(first);

        assertThat(connections.client(first)).isSameAs(ofFirst);
        assertThat(connections.client(second)).isNotSameAs(ofFirst).isNotSameAs(shared.client());
        assertThat(connections.client(null)).isSameAs(shared.client());
    }

    @Test
    void whereFewMayBeOpenAllShareThem() {
        RouteConnections connections = connections(100 * LOOPS - 1, 1_000);

        assertThat(connections.client(first)).isSameAs(shared.client());
        assertThat(connections.client(second)).isSameAs(shared.client());
    }

    @Test
    void allLoopsTogetherHaveNoMoreThanTheRoute() {
        RouteTerms share = RouteConnections.share(terms(10_001, 1_001));

        assertThat(share.maxConnections() * LOOPS).isBetween(10_001 - LOOPS, 10_001);
        assertThat(share.maxPending() * LOOPS).isBetween(1_001 - LOOPS, 1_001);
    }

    @Test
    void allAreClosedInTheEnd() {
        RouteConnections connections = connections(10_000, 1_000);
        connections.client(first);
        connections.client(second);

        connections.dispose();

        assertThat(made).hasSize(2).allMatch(pool -> pool.closed);
        assertThat(shared.closed).isTrue();
    }

    private RouteConnections connections(int connections, int pending) {
        return new RouteConnections(
                terms(connections, pending),
                shared,
                _ -> {
                    var pool = new Pool();
                    made.add(pool);
                    return pool;
                });
    }

    private static RouteTerms terms(int connections, int pending) {
        return new RouteTerms(
                "route",
                Duration.ofSeconds(1),
                null,
                Duration.ofSeconds(1),
                connections,
                pending,
                Duration.ofSeconds(1));
    }

    static final class Pool implements RouteConnections.Pooled {

        private final HttpClient client = HttpClient.newConnection();
        private boolean closed;

        @Override
        public HttpClient client() {
            return client;
        }

        @Override
        public void dispose() {
            closed = true;
        }
    }
}
