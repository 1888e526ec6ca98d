package io.weir.gateway.compression;

import io.netty.handler.codec.http.HttpHeaderNames;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
class Compression {

    @Bean
    NettyServerCustomizer compressionServer(CompressionSettings settings) {
        return server -> settings.compression() ? server.compress(Compression::isWanted) : server;
    }

    /// Whether it is compressed is up to what the caller takes: caches have to know.
    private static boolean isWanted(HttpServerRequest request, HttpServerResponse response) {
        if (!Compressible.is(response.status(), response.responseHeaders())) {
            return false;
        }
        response.addHeader(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        return true;
    }
}
