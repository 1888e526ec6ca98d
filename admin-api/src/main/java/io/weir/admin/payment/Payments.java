package io.weir.admin.payment;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class Payments {

    @Bean
    PaymentProvider paymentProvider(StripeSettings settings, Clock clock) {
        return settings.isOn() ? new StripeCheckout(settings, clock) : new NoProvider();
    }
}
