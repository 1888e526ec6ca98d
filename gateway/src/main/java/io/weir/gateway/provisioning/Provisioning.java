package io.weir.gateway.provisioning;

import io.weir.gateway.metering.RequestBodies;
import io.weir.gateway.telemetry.ProvisioningMeters;
import io.weir.quota.provisioning.PlaceStore;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
class Provisioning {

    @Bean
    Provisions provisions(GatewayProperties gateway) {
        return new Provisions(gateway.getRoutes());
    }

    /// Closed by the engine's lifecycle, before the store.
    @Bean(destroyMethod = "")
    Endings endings(ProvisioningMeters meters) {
        return new Endings(meters, Schedulers.parallel());
    }

    @Bean
    Places places(
            PlaceStore store,
            Endings endings,
            ProvisioningSettings settings,
            ProvisioningMeters meters) {
        return new Places(
                store,
                endings,
                new RequestBodies(settings.readBodyLimit()),
                settings.provisioningLife(),
                meters);
    }
}
