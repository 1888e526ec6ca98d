package io.weir.gateway.edge;

import io.github.bucket4j.TimeMeter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/// The wiring of this package: what the server itself can limit, it limits.
@Configuration(proxyBeanMethods = false)
class Edge {

    private static final String GUARD = "weir.edge.guard";
    private static final int RESETS_WINDOW_SECONDS = 30;

    /// Requests of one connection that wait for the answer to the one before them.
    private static final int PIPELINED = 32;

    /// Of a request line: the longest method and the version.
    private static final int LINE_BESIDE_URL = 32;

    @Bean
    BodySizes bodySizes(EdgeSettings settings) {
        return new BodySizes(settings.bodySize());
    }

    @Bean
    UnknownKeys unknownKeys(EdgeSettings settings) {
        return new UnknownKeys(settings.unknownKeys(), TimeMeter.SYSTEM_NANOTIME);
    }

    /// It speaks after Boot: a limit that is set under `server` too is this one.
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> edgeOfTheServer(
            EdgeSettings settings, EdgeMeters meters) {
        var proxies = new TrustedProxies(settings.proxies());
        var connections = new Connections(settings, proxies, meters);
        var reading = new StrictReading(settings, proxies, meters);
        return factory ->
                factory.addServerCustomizers(
                        server ->
                                limited(server, settings)
                                        .forwarded(reading)
                                        .doOnChannelInit(
                                                (_, channel, _) ->
                                                        guard(
                                                                channel,
                                                                connections,
                                                                settings,
                                                                meters)));
    }

    private static HttpServer limited(HttpServer server, EdgeSettings settings) {
        return server.idleTimeout(settings.idleTimeout())
                .maxKeepAliveRequests(settings.requestsPerConnection())
                .maxPipelineDepth(PIPELINED)
                .httpRequestDecoder(
                        decoder ->
                                decoder.maxHeaderSize((int) settings.headerSize().toBytes())
                                        .maxInitialLineLength(
                                                (int) settings.urlSize().toBytes()
                                                        + LINE_BESIDE_URL)
                                        .allowDuplicateContentLengths(false)
                                        .validateHeaders(true))
                .http2Settings(
                        http2 ->
                                http2.maxConcurrentStreams(settings.streams())
                                        .maxHeaderListSize(settings.headerSize().toBytes())
                                        .maxStreams(settings.requestsPerConnection())
                                        .maxDecodedRstFramesPerWindow(
                                                settings.resets(), RESETS_WINDOW_SECONDS)
                                        .maxEncodedRstFramesPerWindow(
                                                settings.resets(), RESETS_WINDOW_SECONDS));
    }

    private static void guard(
            Channel channel, Connections connections, EdgeSettings settings, EdgeMeters meters) {
        if (!connections.admit(channel)) {
            var _ = channel.close();
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        var guard = new ConnectionGuard(settings, meters);
        if (pipeline.get(NettyPipeline.SslHandler) == null) {
            pipeline.addFirst(GUARD, guard);
        } else {
            pipeline.addAfter(NettyPipeline.SslHandler, GUARD, guard);
        }
    }
}
