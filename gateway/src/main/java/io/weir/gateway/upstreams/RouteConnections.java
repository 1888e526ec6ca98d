package io.weir.gateway.upstreams;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/// The connections of one route.
///
/// Where many may be open, each event loop has its own, and a request goes to its upstream on the
/// loop on which it came: no other thread has to be woken for it, or for any part of its answer.
/// Where few may be open, all loops share them, so that none waits for what another has free.
final class RouteConnections {

    private static final int LOOPS = LoopResources.DEFAULT_IO_WORKER_COUNT;

    /// For each loop; with fewer, one of them would run out before the others had begun.
    private static final int MANY = 100;

    /// Made for all, or for one loop.
    interface Pooled {

        HttpClient client();

        void dispose();
    }

    private final @Nullable Duration responseTimeout;
    private final Pooled shared;
    private final boolean splits;
    private final Map<EventLoop, Pooled> own = new ConcurrentHashMap<>();
    private final Function<EventLoop, Pooled> ofLoop;

    /// @param terms of all connections together
    /// @param shared by all event loops
    /// @param ofLoop those of one, by its share of the terms
    RouteConnections(RouteTerms terms, Pooled shared, Function<EventLoop, Pooled> ofLoop) {
        this.responseTimeout = terms.responseTimeout();
        this.shared = shared;
        this.splits = terms.maxConnections() >= MANY * LOOPS && terms.maxPending() >= LOOPS;
        this.ofLoop = ofLoop;
    }

    /// What one event loop may have of it.
    static RouteTerms share(RouteTerms terms) {
        return terms.with(terms.maxConnections() / LOOPS, terms.maxPending() / LOOPS);
    }

    /// @param loop on which a request came, if that is known
    HttpClient client(@Nullable EventLoop loop) {
        return loop == null || !splits
                ? shared.client()
                : own.computeIfAbsent(loop, ofLoop).client();
    }

    /// Until the head of an answer is there, connecting included; nothing where there is no limit.
    @Nullable Duration responseTimeout() {
        return responseTimeout;
    }

    void dispose() {
        shared.dispose();
        own.values().forEach(Pooled::dispose);
    }
}
