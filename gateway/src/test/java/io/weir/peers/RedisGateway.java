package io.weir.peers;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/// The same with its own limiter, which counts in Redis by the caller's credential.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class RedisGateway {

    public static void main(String[] arguments) {
        SpringApplication.run(RedisGateway.class, arguments);
    }

    @Bean
    KeyResolver credentials() {
        return exchange ->
                Mono.justOrEmpty(exchange.getRequest().getHeaders().getFirst("Authorization"));
    }
}
