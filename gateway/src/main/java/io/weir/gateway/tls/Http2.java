package io.weir.gateway.tls;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("server.http2.enabled")
class Http2 {

    @Bean
    NettyServerCustomizer withoutUpgrades() {
        return server ->
                server.doOnChannelInit((_, channel, _) -> UpgradeLeftOut.in(channel.pipeline()));
    }
}
