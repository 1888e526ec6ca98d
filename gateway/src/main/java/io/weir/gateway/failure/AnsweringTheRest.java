package io.weir.gateway.failure;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
class AnsweringTheRest {

    @Bean
    Unanswered unanswered(MeterRegistry registry) {
        return new Unanswered(
                Counter.builder("weir.requests.faults")
                        .description("Requests that failed through a fault of the gateway's own")
                        .register(registry));
    }
}
