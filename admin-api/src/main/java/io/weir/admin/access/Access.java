package io.weir.admin.access;

import io.weir.quota.subject.Pepper;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class Access {

    @Bean
    Pepper pepper(AccessSettings settings) {
        return settings.hashes();
    }

    @Bean
    SecureRandom random() {
        return new SecureRandom();
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
