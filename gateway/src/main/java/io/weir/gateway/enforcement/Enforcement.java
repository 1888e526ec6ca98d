package io.weir.gateway.enforcement;

import io.weir.gateway.identity.Credentials;
import io.weir.gateway.identity.Directory;
import io.weir.gateway.telemetry.Meters;
import io.weir.quota.admission.Admission;
import io.weir.quota.decision.Decisions;
import io.weir.quota.usage.Rollups;
import java.time.InstantSource;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The wiring of this package.
@Configuration(proxyBeanMethods = false)
class Enforcement {

    @Bean
    Credentials credentials(EnforcementSettings settings) {
        return new Credentials(settings.keyHeader());
    }

    @Bean
    HttpClientCustomizer forwardingMark() {
        return Forwarding.marking();
    }

    @Bean
    GlobalFilter quotaFilter(
            Credentials credentials,
            Directory directory,
            Admission admission,
            Decisions decisions,
            EnforcementSettings settings,
            Rollups rollups,
            Meters meters,
            InstantSource clock) {
        return new QuotaFilter(
                credentials,
                directory,
                admission,
                new UpstreamRequest(credentials, settings.upstreamCredentials()),
                new Refusals(clock, Explanation.kept(settings.adminUrl())),
                new Reasons(admission, decisions, clock),
                rollups,
                meters,
                clock);
    }
}
