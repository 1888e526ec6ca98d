package io.weir.gateway.upstreams;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientFactory;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.config.HttpClientProperties.Pool.LeasingStrategy;
import org.springframework.cloud.gateway.config.HttpClientSslConfigurer;
import org.springframework.cloud.gateway.route.Route;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/// The HTTP client of each route, with connections of its own.
final class RouteClients implements DisposableBean {

    private final HttpClientProperties host;
    private final ServerProperties server;
    private final HttpClientSslConfigurer ssl;
    private final List<HttpClientCustomizer> customizers;
    private final UpstreamSettings usual;
    private final Map<RouteTerms, RouteConnections> byTerms = new ConcurrentHashMap<>();
    private final LoadingCache<Route, RouteConnections> known;

    /// Routes that are configured get theirs at once: a mistake in one stops the start.
    RouteClients(
            GatewayProperties configured,
            HttpClientProperties host,
            ServerProperties server,
            HttpClientSslConfigurer ssl,
            List<HttpClientCustomizer> customizers,
            UpstreamSettings usual) {
        this.host = host;
        this.server = server;
        this.ssl = ssl;
        this.customizers = customizers;
        this.usual = usual;
        this.known =
                Caffeine.newBuilder()
                        .weakKeys()
                        // less work than to wake another thread for it
                        .executor(Runnable::run)
                        .build(route -> connections(route.getId(), route.getMetadata()));
        configured
                .getRoutes()
                .forEach(route -> connections(String.valueOf(route.getId()), route.getMetadata()));
    }

    RouteConnections of(Route route) {
        return known.get(route);
    }

    /// A route that is read anew keeps its connections.
    private RouteConnections connections(String route, Map<String, Object> metadata) {
        RouteTerms terms = RouteTerms.of(route, metadata, host, usual);
        return byTerms.computeIfAbsent(terms, this::connections);
    }

    private RouteConnections connections(RouteTerms terms) {
        String name = host.getPool().getName() + "." + terms.route();
        var loops = new AtomicInteger();
        return new RouteConnections(
                terms,
                new Pooled(name, terms, null),
                loop ->
                        new Pooled(
                                name + "." + loops.incrementAndGet(),
                                RouteConnections.share(terms),
                                loop));
    }

    @Override
    public void destroy() {
        byTerms.values().forEach(RouteConnections::dispose);
    }

    /// The host's client in all, but for the connections it uses.
    private final class Pooled extends HttpClientFactory implements RouteConnections.Pooled {

        private final ConnectionProvider pool;
        private final HttpClient client;

        /// @param loop on which they are, nothing for any
        Pooled(String name, RouteTerms terms, @Nullable EventLoop loop) {
            super(host, server, ssl, new ArrayList<>(RouteClients.this.customizers));
            this.pool = pool(name, terms);
            HttpClient timed =
                    StalledAnswers.cutOff(
                            terms.streamIdleTimeout(),
                            createInstance()
                                    .option(
                                            ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                            Math.toIntExact(terms.connectTimeout().toMillis())));
            this.client = loop == null ? timed : timed.runOn(loop);
        }

        @Override
        public HttpClient client() {
            return client;
        }

        @Override
        public void dispose() {
            pool.dispose();
        }

        @Override
        protected ConnectionProvider buildConnectionProvider(HttpClientProperties properties) {
            return pool;
        }

        private ConnectionProvider pool(String name, RouteTerms terms) {
            HttpClientProperties.Pool usual = host.getPool();
            var builder =
                    ConnectionProvider.builder(name)
                            .maxConnections(terms.maxConnections())
                            .pendingAcquireMaxCount(terms.maxPending())
                            .pendingAcquireTimeout(terms.acquireTimeout())
                            .evictInBackground(usual.getEvictionInterval())
                            .metrics(usual.isMetrics());
            if (usual.getMaxIdleTime() != null) {
                builder.maxIdleTime(usual.getMaxIdleTime());
            }
            if (usual.getMaxLifeTime() != null) {
                builder.maxLifeTime(usual.getMaxLifeTime());
            }
            return usual.getLeasingStrategy() == LeasingStrategy.LIFO
                    ? builder.lifo().build()
                    : builder.fifo().build();
        }
    }
}
